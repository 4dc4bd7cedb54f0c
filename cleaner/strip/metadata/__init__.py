"""What a page says about itself: headline, authors, site and date."""
