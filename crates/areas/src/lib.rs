//! Gazetteer: districts, sectors, dialling codes, place resolution, neighbours, map geometry.
