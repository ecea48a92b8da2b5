"""What is assessed: countries, provinces, communes, ministries; names, parents, dates, lineage."""
