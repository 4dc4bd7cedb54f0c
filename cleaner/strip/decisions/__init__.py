"""Which lines go and why: rules, sections and the models' word, over HTML and stored text alike."""
