"""Pure values and decisions: values in, values out."""
