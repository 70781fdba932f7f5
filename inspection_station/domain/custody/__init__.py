"""Where every returned item is and who decided what: totes, manifests, reviews, arrivals (DECISIONS.md 102)."""
