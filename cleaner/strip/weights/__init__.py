"""The weights that come with strip, and what evaluates them without a library: trees and convolutional networks."""
