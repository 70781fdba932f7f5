"""Paper: the command sheet, badge cards, tote labels, and what goes with goods that leave the house."""
