// Three visitors over the lists of model/fields.h: one writes canonical JSON straight into a
// string, one reads a parsed document, one describes the schema. All three know the same few value
// types.

#include "model/json.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/hash.h"
#include "base/json.h"
#include "model/act_fields.h"
#include "model/fields.h"
#include "model/identity.h"

namespace truce {

namespace {

namespace dom = simdjson::dom;
using fields::Geometry;

constexpr std::array<std::string_view, 8> kCountKinds{"exact",    "about",   "almost", "over",
                                                      "at_least", "at_most", "range",  "unknown"};
std::string_view to_string(CountKind k) { return kCountKinds.at(static_cast<std::size_t>(k)); }

template <class E>
std::optional<E> enum_from(std::string_view name);
template <>
std::optional<EffectClass> enum_from(std::string_view n) {
  return effect_class_from(n);
}
template <>
std::optional<WeaponClass> enum_from(std::string_view n) {
  return weapon_class_from(n);
}
template <>
std::optional<Means> enum_from(std::string_view n) {
  return means_from(n);
}
template <>
std::optional<TimeBasis> enum_from(std::string_view n) {
  return time_basis_from(n);
}
template <>
std::optional<Wave> enum_from(std::string_view n) {
  return wave_from(n);
}
template <>
std::optional<SourceKind> enum_from(std::string_view n) {
  return source_kind_from(n);
}
template <>
std::optional<FindingValue> enum_from(std::string_view n) {
  return finding_value_from(n);
}
template <>
std::optional<CountKind> enum_from(std::string_view n) {
  for (std::size_t i = 0; i < kCountKinds.size(); ++i) {
    if (kCountKinds[i] == n) return static_cast<CountKind>(i);
  }
  return std::nullopt;
}

// ----------------------------------------------------------------------------------------------
// writer

class Writer {
 public:
  explicit Writer(TextBuffer& out) : out_(out) {}
  // Notes where what is not content of the outermost record stands: `id`, `origin` and, where they
  // are not, `flags`, each with the comma that goes before it.
  struct Cut {
    std::size_t from = 0;
    std::size_t to = 0;
    bool id = false;
  };
  Writer& noting(std::vector<Cut>& cuts, bool flags_are_content) {
    cuts_ = &cuts;
    flags_are_content_ = flags_are_content;
    return *this;
  }
  // Leaves them out: what identity is made of.
  Writer& without_identity(bool flags_are_content) {
    skip_identity_ = true;
    flags_are_content_ = flags_are_content;
    return *this;
  }

  template <class R>
  void record(const R& r) {
    const bool outer_first = first_;
    const bool outer_skip = skip_identity_;
    out_.push_back('{');
    first_ = true;
    in_outermost_ = depth_++ == 0 && (outer_skip || cuts_ != nullptr);
    fields::list(*this, r);
    --depth_;
    in_outermost_ = false;
    first_ = outer_first;
    out_.push_back('}');
  }

  template <std::size_t N, class T>
  void operator()(const char (&key)[N], const T& value) {
    const bool outermost = in_outermost_;
    const bool of_identity = outermost && (is(key, "id") || is(key, "origin") ||
                                           (is(key, "flags") && !flags_are_content_));
    if (of_identity && skip_identity_) return;
    in_outermost_ = false;
    const std::size_t from = out_.size();
    start(key);
    write(value);
    if (of_identity) cuts_->push_back({from, out_.size(), is(key, "id")});
    in_outermost_ = outermost;
  }
  template <std::size_t N, class T, class D>
  void operator()(const char (&key)[N], const T& value, const D& fallback) {
    if (value == fallback) return;
    (*this)(key, value);
  }
  void kind(std::string_view name) { (*this)("kind", name); }

 private:
  template <std::size_t N, std::size_t M>
  static bool is(const char (&a)[N], const char (&b)[M]) {
    if constexpr (N == M) return std::memcmp(a, b, N) == 0;
    return false;
  }
  // Keys are plain ASCII, and as long as the compiler sees.
  template <std::size_t N>
  void start(const char (&key)[N]) {
    char* at = out_.room(N + 3);
    if (!first_) *at++ = ',';
    first_ = false;
    *at++ = '"';
    std::memcpy(at, key, N - 1);
    at += N - 1;
    *at++ = '"';
    *at++ = ':';
    out_.to(at);
  }

  void write(std::string_view s) { append_json_string(out_, s); }
  void write(const std::string& s) { append_json_string(out_, s); }
  void write(double d) { append_json_number(out_, d); }
  void write(bool b) { out_ += b ? "true" : "false"; }
  void write(std::int64_t n) { integer(n); }
  void write(std::uint64_t n) { integer(static_cast<std::int64_t>(n)); }
  void write(int n) { integer(n); }
  void write(Instant t) {
    char* at = out_.room(kInstantChars + 2);
    *at++ = '"';
    at = put_text(at, t);
    *at++ = '"';
    out_.to(at);
  }
  void write(const CivilDay& d) { append_json_string(out_, to_text(d)); }
  template <class E>
    requires std::is_enum_v<E>
  void write(E e) {
    out_.push_back('"');
    out_ += to_string(e);
    out_.push_back('"');
  }
  template <class T>
  void write(const std::optional<T>& o) {
    if (o)
      write(*o);
    else
      out_ += "null";
  }
  template <class T>
  void write(const std::vector<T>& list) {
    out_.push_back('[');
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (i > 0) out_.push_back(',');
      write(list[i]);
    }
    out_.push_back(']');
  }
  void write(LatLon p) {
    out_.push_back('[');
    degrees(p.lon_e7);
    out_.push_back(',');
    degrees(p.lat_e7);
    out_.push_back(']');
  }
  void write(const ClassProbabilities& c) {
    // Enumerators are not in alphabetical order, canonical keys are.
    static const std::array<EffectClass, kEffectClasses> kOrder = [] {
      std::array<EffectClass, kEffectClasses> order{};
      for (std::size_t i = 0; i < kEffectClasses; ++i) order[i] = static_cast<EffectClass>(i);
      std::sort(order.begin(), order.end(),
                [](EffectClass a, EffectClass b) { return to_string(a) < to_string(b); });
      return order;
    }();
    out_.push_back('{');
    bool first = true;
    for (const EffectClass e : kOrder) {
      if (c.of(e) == 0) continue;
      if (!first) out_.push_back(',');
      first = false;
      out_.push_back('"');
      out_ += to_string(e);
      out_ += "\":";
      append_json_number(out_, static_cast<double>(c.of(e)));
    }
    out_.push_back('}');
  }
  void write(const Shape& shape) {
    std::visit(
        [this](const auto& s) {
          using S = std::decay_t<decltype(s)>;
          if constexpr (std::is_same_v<S, Nowhere>)
            out_ += "{\"kind\":\"nowhere\"}";
          else
            record(s);
        },
        shape);
  }
  template <class T>
  void write(const Geometry<T>& g) {
    geometry(g.value);
  }
  template <class R>
    requires requires(Writer& w, R& r) { fields::list(w, r); }
  void write(const R& r) {
    record(r);
  }

  void geometry(LatLon p) {
    out_ += "{\"coordinates\":";
    write(p);
    out_ += ",\"type\":\"Point\"}";
  }
  void geometry(const MultiPolygonRings& polygons) {
    out_ += "{\"coordinates\":[";
    for (std::size_t i = 0; i < polygons.size(); ++i) {
      if (i > 0) out_.push_back(',');
      out_.push_back('[');
      write(polygons[i].outer);
      for (const auto& hole : polygons[i].holes) {
        out_.push_back(',');
        write(hole);
      }
      out_.push_back(']');
    }
    out_ += "],\"type\":\"MultiPolygon\"}";
  }
  void integer(std::int64_t n) {
    TRUCE_ENSURE(n <= (1LL << 53) && n >= -(1LL << 53));
    char* const at = out_.room(20);
    out_.to(std::to_chars(at, at + 20, n).ptr);
  }
  // A whole number of 1e-7 degree, as the shortest double that is it.
  void degrees(std::int32_t e7) {
    if (e7 > -100 && e7 < 100) return append_json_number(out_, e7 / 1e7);
    char* at = out_.room(16);
    if (e7 < 0) *at++ = '-';
    const std::uint32_t n =
        e7 < 0 ? 0U - static_cast<std::uint32_t>(e7) : static_cast<std::uint32_t>(e7);
    at = std::to_chars(at, at + 10, n / 10'000'000).ptr;
    std::uint32_t fraction = n % 10'000'000;
    if (fraction != 0) {
      *at++ = '.';
      for (std::ptrdiff_t i = 6; i >= 0; --i, fraction /= 10)
        at[i] = static_cast<char>('0' + fraction % 10);
      at += 7;
      while (at[-1] == '0') --at;
    }
    out_.to(at);
  }

  TextBuffer& out_;
  bool first_ = true;
  bool skip_identity_ = false;
  std::vector<Cut>* cuts_ = nullptr;
  bool flags_are_content_ = true;
  bool in_outermost_ = false;
  int depth_ = 0;
};

// ----------------------------------------------------------------------------------------------
// reader

// The record being read. Fields are first taken to stand in the order in which they are listed, as
// truce writes them: then one walk finds them all. Where that does not come out, all are looked up.
struct Open {
  dom::object object_;
  dom::object::iterator at_;   // the next field, and its key
  std::string_view next_key_;  // empty at the end
  std::size_t seen_ = 0;
  bool in_order_ = false;
  bool missing_ = false;
};

class Reader : private Open {
 public:
  template <class R>
  static Result<R> read(std::string_view json) {
    thread_local dom::parser parser;
    dom::element root;
    if (const auto e = parser.parse(json.data(), json.size()).get(root)) {
      return bad_input(std::string("not JSON: ") + simdjson::error_message(e));
    }
    Reader reader;
    R out{};
    reader.record(root, out);
    if (reader.error_) return *reader.error_;
    return out;
  }

  template <std::size_t N, class T>
  void operator()(const char (&key)[N], T&& value) {
    dom::element e;
    if (find(key, e)) return into({key, N - 1}, e, value);
    missing_ = true;
    if (!in_order_) fail_missing({key, N - 1});
  }
  template <std::size_t N, class T, class D>
  void operator()(const char (&key)[N], T&& value, const D& fallback) {
    dom::element e;
    if (find(key, e))
      into({key, N - 1}, e, value);
    else
      value = fallback;
  }
  void kind(std::string_view) {  // read already, to choose the shape
    dom::element e;
    find("kind", e);
  }

 private:
  template <std::size_t N>
  bool find(const char (&key)[N], dom::element& e) {
    if (error_) return false;
    if (in_order_) {
      if (next_key_.size() != N - 1 || !std::equal(key, key + N - 1, next_key_.begin()))
        return false;
      e = at_.value();
      ++at_;
      note_next();
    } else if (object_.at_key({key, N - 1}).get(e)) {
      return false;
    }
    ++seen_;
    return true;
  }
  void note_next() { next_key_ = at_ == object_.end() ? std::string_view() : at_.key(); }

  template <class T>
  void into(std::string_view key, const dom::element& e, T& value) {
    const Step step{key, path_};
    path_ = &step;
    read_value(e, value);
    path_ = step.outer;
  }

  // Out of line, and without strings made where they are called: there are four hundred such
  // places.
  [[gnu::noinline, gnu::cold]] void fail(std::string_view key, std::string_view what,
                                         std::string_view expected) {
    if (error_) return;
    std::string path(key);
    for (const Step* step = path_; step != nullptr; step = step->outer)
      path = std::string(step->key) + (path.empty() ? "" : "." + path);
    error_ = bad_input(std::string(what), {.field = std::move(path)}, std::string(expected));
  }
  [[gnu::noinline, gnu::cold]] void fail_missing(std::string_view key) {
    fail(key, "is missing", "a field " + std::string(key));
  }

  template <class R>
  void record(const dom::element& e, R& out) {
    dom::object object;
    if (e.get_object().get(object)) return fail("", "is not an object", "an object");
    const Open outer = *this;
    static_cast<Open&>(*this) = {object, object.begin(), {}, 0, true, false};
    note_next();
    fields::list(*this, out);
    if (!error_ && (missing_ || seen_ != object.size())) {
      out = R{};
      seen_ = 0;
      in_order_ = false;
      fields::list(*this, out);
      if (!error_ && seen_ != object.size()) fail_unknown<R>();
    }
    static_cast<Open&>(*this) = outer;
  }

  // Names the first key that is in no list, or appears twice.
  template <class R>
  [[gnu::noinline, gnu::cold]] void fail_unknown();
  [[gnu::noinline, gnu::cold]] void fail_unknown(const std::vector<std::string_view>& known);

  void read_value(const dom::element& e, std::string& s) {
    std::string_view v;
    if (e.get_string().get(v)) return fail("", "is not text", "text");
    s = v;
  }
  void read_value(const dom::element& e, double& d) {
    if (e.get_double().get(d)) return fail("", "is not a number", "a number");
    d += 0.0;  // a negative zero is zero, as it will be written
  }
  void read_value(const dom::element& e, bool& b) {
    if (e.get_bool().get(b)) fail("", "is not true or false", "true or false");
  }
  void read_value(const dom::element& e, std::int64_t& n) {
    double d = 0;
    if (!e.get_int64().get(n) && n <= (1LL << 53) && n >= -(1LL << 53)) return;
    if (!e.get_double().get(d) && std::abs(d) <= 9007199254740992.0 && d == std::floor(d)) {
      n = static_cast<std::int64_t>(d);
      return;
    }
    fail("", "is not a whole number", "a whole number of at most 2^53");
  }
  void read_value(const dom::element& e, std::uint64_t& n) {
    std::int64_t v = 0;
    read_value(e, v);
    if (!error_ && v < 0) return fail("", "is negative", "a whole number from 0");
    n = static_cast<std::uint64_t>(v);
  }
  void read_value(const dom::element& e, int& n) {
    std::int64_t v = 0;
    read_value(e, v);
    if (!error_ && (v < -1'000'000'000 || v > 1'000'000'000))
      return fail("", "is too large", "a small whole number");
    n = static_cast<int>(v);
  }
  void read_value(const dom::element& e, Instant& t) {
    std::string_view v;
    if (e.get_string().get(v)) return fail("", "is not a time", "an RFC 3339 time");
    auto parsed = parse_instant(v);
    if (!parsed.ok()) return fail("", parsed.error().message, "an RFC 3339 time");
    t = *parsed;
  }
  void read_value(const dom::element& e, CivilDay& d) {
    std::string_view v;
    if (e.get_string().get(v)) return fail("", "is not a day", "YYYY-MM-DD");
    auto parsed = parse_day(v);
    if (!parsed.ok()) return fail("", parsed.error().message, "YYYY-MM-DD");
    d = *parsed;
  }
  template <class E>
    requires std::is_enum_v<E>
  void read_value(const dom::element& e, E& out) {
    std::string_view v;
    if (e.get_string().get(v)) return fail("", "is not text", "one of the names in the schema");
    const auto found = enum_from<E>(v);
    if (!found)
      return fail("", "\"" + std::string(v) + "\" is not a known name",
                  "one of the names in the schema");
    out = *found;
  }
  template <class T>
  void read_value(const dom::element& e, std::optional<T>& o) {
    if (e.is_null()) {
      o.reset();
      return;
    }
    read_value(e, o.emplace());
  }
  template <class T>
  void read_value(const dom::element& e, std::vector<T>& list) {
    dom::array array;
    if (e.get_array().get(array)) return fail("", "is not an array", "an array");
    list.clear();
    list.reserve(array.size());
    for (const auto& item : array) {
      read_value(item, list.emplace_back());
      if (error_) return;
    }
  }
  void read_value(const dom::element& e, LatLon& p) {
    dom::array pair;
    double lon = 0;
    double lat = 0;
    if (e.get_array().get(pair) || pair.size() != 2 || pair.at(0).get_double().get(lon) ||
        pair.at(1).get_double().get(lat)) {
      return fail("", "is not a position", "[longitude, latitude]");
    }
    auto made = LatLon::from_degrees(lat, lon);
    if (!made.ok()) return fail("", made.error().message, "degrees on the earth");
    p = *made;
  }
  void read_value(const dom::element& e, Count& c) {
    record(e, c);
    if (std::min({c.value, c.upper, c.spread}) < 0) fail("", "is negative", "a count from 0");
  }
  void read_value(const dom::element& e, ClassProbabilities& c) {
    dom::object object;
    if (e.get_object().get(object))
      return fail("", "is not an object", "class names with probabilities");
    double total = 0;
    for (const auto& [key, value] : object) {
      const auto found = effect_class_from(key);
      double p = 0;
      if (!found || value.get_double().get(p) || !(p > 0 && p <= 1)) {
        return fail(key, "is not a class with a probability",
                    "a class name and a probability over 0 up to 1");
      }
      c.p[static_cast<std::size_t>(*found)] = static_cast<float>(p);
      total += p;
    }
    if (total != 0 && std::abs(total - 1) > 1e-3)
      fail("", "sums to " + std::to_string(total), "probabilities that sum to 1");
  }
  template <class S>
  void shape_of(const dom::element& e, Shape& shape) {
    record(e, shape.emplace<S>());
  }
  void read_value(const dom::element& e, Shape& shape) {
    std::string_view kind;
    if (e["kind"].get_string().get(kind)) return fail("kind", "is missing", "the kind of shape");
    if (kind == "nowhere")
      shape = Nowhere{};
    else if (kind == "point")
      shape_of<PointShape>(e, shape);
    else if (kind == "annular_sector")
      shape_of<AnnularSector>(e, shape);
    else if (kind == "bearing")
      shape_of<Bearing>(e, shape);
    else if (kind == "arrival")
      shape_of<Arrival>(e, shape);
    else if (kind == "pixel")
      shape_of<PixelFootprint>(e, shape);
    else if (kind == "polygon")
      shape_of<PolygonShape>(e, shape);
    else if (kind == "named_place")
      shape_of<NamedPlace>(e, shape);
    else if (kind == "track")
      shape_of<Track>(e, shape);
    else
      fail(
          "kind", "\"" + std::string(kind) + "\" is not a shape",
          "point, annular_sector, bearing, arrival, pixel, polygon, named_place, track or nowhere");
  }
  template <class T>
  void read_value(const dom::element& e, Geometry<T>& g) {
    geometry(e, g.value);
  }
  template <class T>
  void read_value(const dom::element& e, const Geometry<T>& g) {
    geometry(e, g.value);
  }
  template <class R>
    requires requires(Reader& w, R& r) { fields::list(w, r); }
  void read_value(const dom::element& e, R& r) {
    record(e, r);
  }

  bool geometry_of(const dom::element& e, std::string_view type, dom::element& coordinates) {
    std::string_view t;
    if (e["type"].get_string().get(t) || t != type || e["coordinates"].get(coordinates)) {
      fail("", "is not a GeoJSON " + std::string(type), "type and coordinates");
      return false;
    }
    return true;
  }
  void geometry(const dom::element& e, LatLon& p) {
    dom::element coordinates;
    if (geometry_of(e, "Point", coordinates)) read_value(coordinates, p);
  }
  void geometry(const dom::element& e, MultiPolygonRings& polygons) {
    dom::element coordinates;
    dom::array array;
    if (!geometry_of(e, "MultiPolygon", coordinates)) return;
    if (coordinates.get_array().get(array)) return fail("", "is not an array", "polygons");
    for (const auto& polygon : array) {
      std::vector<Ring> rings;
      read_value(polygon, rings);
      if (error_) return;
      if (rings.empty()) return fail("", "has a polygon without rings", "an outer ring");
      auto& out = polygons.emplace_back();
      out.outer = std::move(rings.front());
      out.holes.assign(std::make_move_iterator(rings.begin() + 1),
                       std::make_move_iterator(rings.end()));
    }
  }

  struct Step {  // of the way from the outermost record to the value being read
    std::string_view key;
    const Step* outer = nullptr;
  };

  const Step* path_ = nullptr;
  std::optional<Error> error_;
};

// Collects the keys of a list.
struct Keys {
  std::vector<std::string_view> keys;
  template <class... Rest>
  void operator()(std::string_view key, Rest&&...) {
    add(key);
  }
  void kind(std::string_view) { add("kind"); }
  [[gnu::noinline, gnu::cold]] void add(std::string_view key) { keys.push_back(key); }
};

template <class R>
void Reader::fail_unknown() {
  Keys known;
  R r{};
  fields::list(known, r);
  fail_unknown(known.keys);
}

void Reader::fail_unknown(const std::vector<std::string_view>& known) {
  for (const auto& [key, value] : object_) {
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      return fail(key, "is not a field of this record", "a field named in the schema");
    }
  }
  fail("", "has a field twice", "each field once");
}

// ----------------------------------------------------------------------------------------------
// schema

// Writes the schema as JSON text with two spaces of indent, properties in canonical order.
class Schema {
 public:
  template <class R>
  [[gnu::cold]] static std::string object(int indent) {
    Schema s(indent);
    R r{};
    fields::list(s, r);
    return s.finish();
  }

  template <class T>
  void operator()(std::string_view key, T&& value) {
    require(key);
    property(key, type(value));
  }
  template <class T, class D>
  void operator()(std::string_view key, T&& value, const D&) {
    property(key, type(value));
  }
  void kind(std::string_view name) {
    require("kind");
    property("kind", "{\"const\": \"" + std::string(name) + "\"}");
  }

 private:
  explicit Schema(int indent) : indent_(indent) {}
  std::string pad(int extra) const {
    return "\n" + std::string(static_cast<std::size_t>(indent_ + extra), ' ');
  }
  [[gnu::noinline]] void require(std::string_view key) { required_.emplace_back(key); }
  [[gnu::noinline]] void property(std::string_view key, const std::string& schema) {
    properties_ +=
        (properties_.empty() ? "" : ",") + pad(4) + "\"" + std::string(key) + "\": " + schema;
  }
  std::string finish() const {
    std::string required;
    for (const auto& key : required_) required += (required.empty() ? "\"" : ", \"") + key + "\"";
    return "{" + pad(2) + "\"type\": \"object\"," + pad(2) + "\"additionalProperties\": false," +
           pad(2) + "\"required\": [" + required + "]," + pad(2) + "\"properties\": {" +
           properties_ + pad(2) + "}" + pad(0) + "}";
  }

  std::string type(const std::string&) const { return R"({"type": "string"})"; }
  std::string type(double) const { return R"({"type": "number"})"; }
  std::string type(bool) const { return R"({"type": "boolean"})"; }
  std::string type(std::int64_t) const { return R"({"type": "integer"})"; }
  std::string type(std::uint64_t) const { return R"({"type": "integer", "minimum": 0})"; }
  std::string type(int) const { return R"({"type": "integer"})"; }
  std::string type(Instant) const { return R"({"type": "string", "format": "date-time"})"; }
  std::string type(const CivilDay&) const { return R"({"type": "string", "format": "date"})"; }
  std::string type(LatLon) const {
    return R"({"type": "array", "prefixItems": [{"type": "number", "minimum": -180, "maximum": 180}, {"type": "number", "minimum": -90, "maximum": 90}], "minItems": 2, "maxItems": 2, "description": "longitude, latitude"})";
  }
  std::string type(const ClassProbabilities&) const {
    return R"({"type": "object", "propertyNames": )" + type(EffectClass{}) +
           R"(, "additionalProperties": {"type": "number", "exclusiveMinimum": 0, "maximum": 1}})";
  }
  template <class E>
    requires std::is_enum_v<E>
  std::string type(E) const {
    std::string names;
    for (int i = 0; i < 64; ++i) {
      const auto name = name_at<E>(i);
      if (name.empty()) break;
      names += (names.empty() ? "\"" : ", \"") + std::string(name) + "\"";
    }
    return "{\"enum\": [" + names + "]}";
  }
  template <class E>
  static std::string_view name_at(int i) {
    try {
      return to_string(static_cast<E>(i));
    } catch (const std::out_of_range&) {
      return {};
    }
  }
  template <class T>
  std::string type(const std::optional<T>&) const {
    return "{\"anyOf\": [" + type(T{}) + ", {\"type\": \"null\"}]}";
  }
  template <class T>
  std::string type(const std::vector<T>&) const {
    return "{\"type\": \"array\", \"items\": " + type(T{}) + "}";
  }
  std::string type(const Shape&) const {
    std::string all =
        R"({"type": "object", "additionalProperties": false, "required": ["kind"], "properties": {"kind": {"const": "nowhere"}}})";
    const auto add = [&all](const std::string& s) { all += ", " + s; };
    add(object<PointShape>(indent_ + 4));
    add(object<AnnularSector>(indent_ + 4));
    add(object<Bearing>(indent_ + 4));
    add(object<Arrival>(indent_ + 4));
    add(object<PixelFootprint>(indent_ + 4));
    add(object<PolygonShape>(indent_ + 4));
    add(object<NamedPlace>(indent_ + 4));
    add(object<Track>(indent_ + 4));
    return "{\"oneOf\": [" + all + "]}";
  }
  std::string type(const Geometry<LatLon>&) const {
    return R"({"type": "object", "required": ["type", "coordinates"], "properties": {"type": {"const": "Point"}, "coordinates": )" +
           type(LatLon{}) + "}}";
  }
  std::string type(const Geometry<MultiPolygonRings>&) const {
    return R"({"type": "object", "required": ["type", "coordinates"], "properties": {"type": {"const": "MultiPolygon"}, "coordinates": {"type": "array"}}})";
  }
  template <class R>
    requires requires(Schema& s, R& r) { fields::list(s, r); }
  std::string type(const R&) const {
    return object<std::remove_const_t<R>>(indent_ + 4);
  }

  int indent_;
  std::string properties_;
  std::vector<std::string> required_;
};

template <class R>
std::string json_of(const R& r) {
  thread_local TextBuffer text;
  text.clear();
  Writer(text).record(r);
  return std::string(text.view());
}

struct Kind {
  std::string_view name;
  std::string_view title;
  std::string (*schema)(int);
};
constexpr std::array<Kind, 21> kKinds{{
    {"source", "Who or what observes", &Schema::object<Source>},
    {"health", "When a source could not observe, and why", &Schema::object<Health>},
    {"weather", "What a weather station read at one time", &Schema::object<Weather>},
    {"recording", "What a sensor or a camera wrote down: a waveform, a photo",
     &Schema::object<Recording>},
    {"observation", "What one source observed", &Schema::object<Observation>},
    {"claim", "An allegation or denial, never counted as an observation", &Schema::object<Claim>},
    {"notice", "An activity announced beforehand", &Schema::object<Notice>},
    {"effect", "One physical event inferred, or several alike", &Schema::object<Effect>},
    {"incident", "Effects that belong together", &Schema::object<Incident>},
    {"finding", "What a provision says of a subject, under one reading", &Schema::object<Finding>},
    {"difference", "Readings under which a provision says other things of one subject",
     &Schema::object<Difference>},
    {"attribution", "Ranked alternatives of who, always with none", &Schema::object<Attribution>},
    {"quiet", "How quiet a sector was, and how well it was watched", &Schema::object<Quiet>},
    {"event", "Something that obligations, gates and clocks wait for", &Schema::object<Event>},
    {"signature", "A person signs for a tier", &Schema::object<Signature>},
    {"act", "What an officer of the mission ruled, signed", &Schema::object<Act>},
    {"gate", "A condition that must hold for a step", &Schema::object<Gate>},
    {"case", "A docket of findings", &Schema::object<Case>},
    {"statement", "Who said what about which point", &Schema::object<Statement>},
    {"bulletin", "A release as it went out", &Schema::object<Bulletin>},
    {"stated_total", "A total that a report states", &Schema::object<StatedTotal>},
}};

}  // namespace

#define TRUCE_RECORD_JSON(Type)                             \
  std::string to_json(const Type& r) { return json_of(r); } \
  template <>                                               \
  Result<Type> from_json<Type>(std::string_view json) {     \
    return Reader::read<Type>(json);                        \
  }
TRUCE_RECORD_JSON(Source)
TRUCE_RECORD_JSON(Health)
TRUCE_RECORD_JSON(Weather)
TRUCE_RECORD_JSON(Recording)
TRUCE_RECORD_JSON(Observation)
TRUCE_RECORD_JSON(Claim)
TRUCE_RECORD_JSON(Notice)
TRUCE_RECORD_JSON(Effect)
TRUCE_RECORD_JSON(Posterior)
TRUCE_RECORD_JSON(Incident)
TRUCE_RECORD_JSON(Finding)
TRUCE_RECORD_JSON(Difference)
TRUCE_RECORD_JSON(Attribution)
TRUCE_RECORD_JSON(Quiet)
TRUCE_RECORD_JSON(Event)
TRUCE_RECORD_JSON(Signature)
TRUCE_RECORD_JSON(Gate)
TRUCE_RECORD_JSON(Case)
TRUCE_RECORD_JSON(Statement)
TRUCE_RECORD_JSON(Bulletin)
TRUCE_RECORD_JSON(StatedTotal)
TRUCE_RECORD_JSON(Rejection)
TRUCE_RECORD_JSON(ComplaintNote)
TRUCE_RECORD_JSON(FeedMark)
TRUCE_RECORD_JSON(Tick)
TRUCE_RECORD_JSON(Act)
TRUCE_RECORD_JSON(ActStatement)
#undef TRUCE_RECORD_JSON

std::string schema_of(std::string_view kind) {
  for (const auto& k : kKinds) {
    if (k.name != kind) continue;
    std::string body = k.schema(0);
    return "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n  \"$id\": \"" +
           std::string(kind) + ".json\",\n  \"title\": \"" + std::string(k.title) + "\"," +
           body.substr(1) + "\n";
  }
  return {};
}

std::vector<std::string_view> schema_kinds() {
  std::vector<std::string_view> out;
  for (const auto& k : kKinds) out.push_back(k.name);
  return out;
}

// --------------------------------------------------------------------------------------------
// identity

namespace {

// "20250419T150000" of the start, so that identifiers of one hour lie together.
constexpr std::size_t kPrefixChars = 15;
char* put_prefix(char* at, Instant t) {
  std::array<char, kInstantChars> text;  // 2025-04-19T15:00:00
  put_text(text.data(), t);
  for (std::size_t i = 0; i < 19; ++i) {
    if (text[i] != '-' && text[i] != ':') *at++ = text[i];
  }
  return at;
}

constexpr std::size_t kNameHashBytes = 12;
constexpr std::size_t kNameChars = 1 + kPrefixChars + 1 + 2 * kNameHashBytes;

std::string name_of(char letter, Instant start, const Hash& content) {
  std::array<char, 1 + kPrefixChars + 1> head;
  head.front() = letter;
  put_prefix(&head[1], start);
  head.back() = '-';
  return std::string(head.data(), head.size()) + to_hex(content.data(), kNameHashBytes);
}

// A reader marks a row by what it knows of others, which may be more the next time: not of the
// row's content. The marks of what was derived are.
bool flags_are_content(const Observation& o) { return !o.derived_from.empty(); }
template <class R>
bool flags_are_content(const R&) {
  return true;
}

template <class R>
std::string identity(char letter, Instant start, const R& r) {
  TextBuffer content;
  Writer(content).without_identity(flags_are_content(r)).record(r);
  content += r.origin.feed;
  return name_of(letter, start, sha256(content.view()));
}

// The hash of `json` without its cuts. Where all before was cut, what follows brings a comma that
// goes too.
Hash hash_without(std::string_view json, const std::vector<Writer::Cut>& cuts,
                  std::string_view more) {
  thread_local Sha256 hash;
  hash.update(json.substr(0, 1));
  std::size_t at = 1;
  bool bare = true;
  const auto take = [&](std::size_t end) {
    if (at == end) return;
    if (bare && json[at] == ',') ++at;
    hash.update(json.substr(at, end - at));
    bare = false;
  };
  for (const auto& cut : cuts) {
    take(cut.from);
    at = cut.to;
  }
  take(json.size());
  return hash.update(more).finish();
}

}  // namespace

std::string observation_id(const Observation& o) { return identity('o', o.when.start, o); }
std::string identified_json(Observation& o) {
  o.id.assign(kNameChars, '0');
  thread_local TextBuffer json;
  thread_local std::vector<Writer::Cut> cuts;
  json.clear();
  cuts.clear();
  Writer(json).noting(cuts, flags_are_content(o)).record(o);
  o.id = name_of('o', o.when.start, hash_without(json.view(), cuts, o.origin.feed));
  const auto id = *std::find_if(cuts.begin(), cuts.end(), [](const auto& c) { return c.id; });
  // …"id":"000…"
  std::copy(o.id.begin(), o.id.end(), json.data() + (id.to - 1 - o.id.size()));
  return std::string(json.view());
}
std::string observation_ids_from(Instant start) {
  std::array<char, kPrefixChars> prefix;
  put_prefix(prefix.data(), start);
  return "o" + std::string(prefix.data(), prefix.size());
}
std::string claim_id(const Claim& c) { return identity('c', c.as_of, c); }
std::string notice_id(const Notice& n) { return identity('n', n.when.start, n); }
std::string statement_id(const Statement& s) { return identity('s', s.when, s); }
std::string event_id(const Event& e) { return identity('e', e.when.start, e); }
std::string recording_id(const Recording& r) { return identity('r', r.when.start, r); }
std::string signature_id(const Signature& s) { return identity('g', s.when, s); }
std::string stated_total_id(const StatedTotal& t) { return identity('t', t.when.start, t); }
std::string incident_id(const std::string& first_observation_id) {
  return "i" + first_observation_id.substr(1);
}
std::string finding_id(const std::string& subject, const std::string& provision,
                       const std::string& reading) {
  return subject + "/" + provision + "/" + reading;
}
std::string difference_id(const std::string& subject, const std::string& provision) {
  return subject + "/" + provision;
}

// ------------------------------------------------------------------------------------------ entry
// kinds

std::string_view to_string(EntryKind kind) {
  switch (kind) {
    case EntryKind::kObservation:
      return "observation";
    case EntryKind::kClaim:
      return "claim";
    case EntryKind::kNotice:
      return "notice";
    case EntryKind::kSource:
      return "source";
    case EntryKind::kHealth:
      return "health";
    case EntryKind::kWeather:
      return "weather";
    case EntryKind::kQuiet:
      return "quiet";
    case EntryKind::kEvent:
      return "event";
    case EntryKind::kSignature:
      return "signature";
    case EntryKind::kAct:
      return "act";
    case EntryKind::kRecording:
      return "recording";
    case EntryKind::kStatement:
      return "statement";
    case EntryKind::kStatedTotal:
      return "stated_total";
    case EntryKind::kRejected:
      return "rejected";
    case EntryKind::kTick:
      return "tick";
    case EntryKind::kFeedDone:
      return "feed_done";
    case EntryKind::kMission:
      return "mission";
    case EntryKind::kFeedOpened:
      return "feed_opened";
    case EntryKind::kComplaint:
      return "complaint";
  }
  return "unknown";
}

}  // namespace truce
