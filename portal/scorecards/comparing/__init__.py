"""A provider over periods, and providers and regions side by side with whom they have served."""
