"""Changes every figure slightly, always alike for the same records, and knows how well that hides a small count."""
