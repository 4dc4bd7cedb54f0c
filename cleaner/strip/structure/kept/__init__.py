"""What stays though the model or a rule would drop it, for what surely stays around it or has its form."""
