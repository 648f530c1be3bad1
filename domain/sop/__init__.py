"""A procedure as data: schema, loader with its refusals, clock and the engine that decides."""
