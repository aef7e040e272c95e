"""The static site: pages that work from a folder, from object storage, without any script."""
