"""Out of the house: what other systems are told of inspections, by feed, by webhook, as EPCIS and as files."""
