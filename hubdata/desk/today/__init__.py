"""What needs somebody today: gathered from the rules, registers and files that say so; it judges nothing itself."""
