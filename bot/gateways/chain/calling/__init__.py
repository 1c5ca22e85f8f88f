"""What makes words of calldata: types and values, calls inside calls, units, views, names."""
