"""The schedule of many hubs, here or on Dask; jobs travel, records stay."""
