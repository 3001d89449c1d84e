#include "stages/serve/vector_tile.h"

#include <gtest/gtest.h>

#include <cmath>
#include <protozero/pbf_reader.hpp>

namespace truce::serve {

namespace {

LatLon place(double lat, double lon) { return *LatLon::from_degrees(lat, lon); }

struct Decoded {
  std::string name;
  int features = 0;
  std::vector<std::string> keys;
  std::vector<std::vector<std::uint32_t>> tags, geometries;
  std::vector<int> types;
};

void read_feature(protozero::pbf_reader feature, Decoded& out) {
  ++out.features;
  while (feature.next()) {
    if (feature.tag() == 2) {
      const auto range = feature.get_packed_uint32();
      out.tags.emplace_back(range.begin(), range.end());
    } else if (feature.tag() == 3) {
      out.types.push_back(feature.get_enum());
    } else {
      const auto range = feature.get_packed_uint32();
      out.geometries.emplace_back(range.begin(), range.end());
    }
  }
}

Decoded decode(const std::string& bytes) {
  Decoded out;
  protozero::pbf_reader tile(bytes);
  EXPECT_TRUE(tile.next(3));
  protozero::pbf_reader layer = tile.get_message();
  while (layer.next()) {
    if (layer.tag() == 1)
      out.name = layer.get_string();
    else if (layer.tag() == 2)
      read_feature(layer.get_message(), out);
    else if (layer.tag() == 3)
      out.keys.push_back(layer.get_string());
    else
      layer.skip();
  }
  return out;
}

MultiPolygonRings box(double south, double north, double west, double east) {
  return {{{place(south, west), place(south, east), place(north, east), place(north, west),
            place(south, west)},
           {}}};
}

TEST(VectorTile, the_example_of_the_specification_is_encoded_as_there) {
  // Version 2.1, 4.3.5: a point at (25, 17) is 9 50 34.
  TileLayer layer("points");
  layer.add_point({25, 17}, {{"a", std::string("b")}, {"n", std::int64_t{-3}}});
  layer.add_point({25, 17}, {{"a", std::string("b")}});
  const Decoded d = decode(layer.to_bytes());
  EXPECT_EQ(d.name, "points");
  EXPECT_EQ(d.geometries[0], (std::vector<std::uint32_t>{9, 50, 34}));
  EXPECT_EQ(d.tags[0], (std::vector<std::uint32_t>{0, 0, 1, 1}));
  EXPECT_EQ(d.tags[1], (std::vector<std::uint32_t>{0, 0})) << "keys and values stand there once";
  EXPECT_EQ(d.keys, (std::vector<std::string>{"a", "n"}));
  EXPECT_EQ(d.types, (std::vector<int>{1, 1}));
}

TEST(VectorTile, outer_rings_run_clockwise_whichever_way_they_were_given) {
  const TileId tile = *parse_tile("8", "153", "88");
  MultiPolygonRings rings = box(48.1, 48.3, 36, 36.4);
  TileLayer one("x"), other("x");
  EXPECT_TRUE(one.add_polygon(tile, rings, {}));
  std::reverse(rings[0].outer.begin(), rings[0].outer.end());
  EXPECT_TRUE(other.add_polygon(tile, rings, {}));
  for (const auto* layer : {&one, &other}) {
    const auto geometry = decode(layer->to_bytes()).geometries.at(0);
    ASSERT_EQ(geometry.size(), 11U);  // move, three lines, close
    const auto step = [&](std::size_t i) {
      return static_cast<std::int64_t>(geometry[i] >> 1U) ^
             -static_cast<std::int64_t>(geometry[i] & 1U);
    };
    const std::int64_t turn = step(4) * step(7) - step(5) * step(6);
    EXPECT_GT(turn, 0);
    EXPECT_EQ(geometry.back(), 15U);
  }
}

TEST(VectorTile, areas_are_cut_at_the_margin_and_left_out_where_nothing_is_left) {
  const TileId tile = *parse_tile("8", "153", "88");
  TileLayer layer("x");
  EXPECT_TRUE(layer.add_polygon(tile, box(40, 55, 20, 50), {}));
  EXPECT_FALSE(layer.add_polygon(tile, box(10, 11, 20, 21), {})) << "elsewhere";
  EXPECT_FALSE(layer.add_polygon(tile, box(48.2, 48.200001, 36, 36.000001), {})) << "too small";
  const auto geometry = decode(layer.to_bytes()).geometries;
  ASSERT_EQ(geometry.size(), 1U);
  constexpr std::uint32_t kAcross = (kTileExtent + 2 * kTileMargin) * 2;  // as a step, zigzag
  EXPECT_EQ(std::count(geometry[0].begin(), geometry[0].end(), kAcross), 2);
  EXPECT_EQ(TileLayer("x").to_bytes(), "");
}

TEST(VectorTile, each_place_is_inside_one_tile_of_a_zoom_and_in_its_box) {
  for (const auto& [lat, lon] :
       {std::pair{48.14, 37.75}, {0.0, 0.0}, {-85.0, -180.0}, {60.0, 179.99}}) {
    const LatLon at = place(lat, lon);
    int inside = 0;
    for (std::uint32_t x = 0; x < 8; ++x) {
      for (std::uint32_t y = 0; y < 8; ++y) {
        if (!is_inside(in_tile({3, x, y}, at))) continue;
        ++inside;
        EXPECT_TRUE(box_of({3, x, y}).contains(lat, lon));
      }
    }
    EXPECT_EQ(inside, 1) << lat << " " << lon;
  }
}

TEST(VectorTile, refuses_what_is_no_tile) {
  EXPECT_TRUE(parse_tile("0", "0", "0").ok());
  EXPECT_TRUE(parse_tile("18", "262143", "262143").ok());
  for (const auto& [z, x, y] : {std::tuple{"19", "0", "0"},
                                {"0", "1", "0"},
                                {"3", "8", "0"},
                                {"3", "0", "8"},
                                {"-1", "0", "0"},
                                {"", "0", "0"},
                                {"3", "0", "1.5"},
                                {"99999999999", "0", "0"}})
    EXPECT_FALSE(parse_tile(z, x, y).ok()) << z << " " << x << " " << y;
}

}  // namespace

}  // namespace truce::serve
