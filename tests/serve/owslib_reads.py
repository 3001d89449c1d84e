"""OWSLib reads the collections and features of a server. usage: owslib_reads.py URL INCIDENTS"""
import sys

from owslib.ogcapi.features import Features

url, incidents = sys.argv[1], int(sys.argv[2])
api = Features(url)
assert any("oas30" in c for c in api.conformance()["conformsTo"]), "conformance"
assert {"incidents", "areas", "rejected", "complaints", "feeds"} <= set(api.feature_collections()), "collections"
assert api.collection("areas")["id"] == "areas", "a collection"
page = api.collection_items("incidents", limit=10000)
assert len(page["features"]) == incidents, f"{len(page['features'])} incidents of {incidents}"
first = page["features"][0]
assert api.collection_item("incidents", first["id"])["id"] == first["id"], "a feature"
api.api()
print(f"OWSLib read {incidents} incidents")
