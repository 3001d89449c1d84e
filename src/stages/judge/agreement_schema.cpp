#include "stages/judge/agreement_schema.h"

#include <algorithm>
#include <cmath>

#include "base/json.h"
#include "stages/judge/internal/agreement_keys.h"

namespace truce::judge {

namespace {

constexpr std::string_view kDatePattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$";

// Only features that Taplo knows too, which reads draft 4: there a $ref has no neighbours, and a
// relative $id is refused.
class SchemaWriter {
 public:
  std::string whole(TableId root) {
    w_.begin_object().key("$defs").begin_object();
    for (const TableId id : by_name(root)) {
      w_.key(table_of_keys(id).name).begin_object();
      table(table_of_keys(id));
      w_.end_object();
    }
    w_.end_object().key("$schema").string("https://json-schema.org/draft/2020-12/schema");
    table(table_of_keys(root));
    w_.end_object();
    return std::move(out_);
  }

 private:
  static bool is_inline(KeyKind kind) {
    return kind == KeyKind::kTable || kind == KeyKind::kMoment;
  }
  // Those that lists of tables hold, over any number of steps.
  static std::vector<TableId> by_name(TableId root) {
    std::vector<TableId> out, open{root};
    while (!open.empty()) {
      const TableOfKeys& t = table_of_keys(open.back());
      open.pop_back();
      for (const Key& k : t.keys) {
        for (const TableId id : k.tables) {
          if (std::find(out.begin(), out.end(), id) != out.end()) continue;
          open.push_back(id);
          if (!is_inline(k.kind)) out.push_back(id);
        }
      }
    }
    std::sort(out.begin(), out.end(),
              [](TableId a, TableId b) { return table_of_keys(a).name < table_of_keys(b).name; });
    return out;
  }
  void table(const TableOfKeys& t, std::string_view words = {}) {
    std::vector<const Key*> keys;
    for (const Key& k : t.keys) keys.push_back(&k);
    std::sort(keys.begin(), keys.end(),
              [](const Key* a, const Key* b) { return a->name < b->name; });
    w_.key("additionalProperties").boolean(false);
    w_.key("description").string(words.empty() ? t.words : words);
    w_.key("properties").begin_object();
    for (const Key* k : keys) {
      w_.key(k->name).begin_object();
      value(*k);
      w_.end_object();
    }
    w_.end_object();
    required(keys);
    w_.key("title").string(t.name).key("type").string("object");
  }
  void required(const std::vector<const Key*>& keys) {
    if (std::none_of(keys.begin(), keys.end(), [](const Key* k) { return k->needed; })) return;
    w_.key("required").begin_array();
    for (const Key* k : keys) {
      if (k->needed) w_.string(k->name);
    }
    w_.end_array();
  }
  void value(const Key& k) {
    switch (k.kind) {
      case KeyKind::kText:
        return described(k).type("string");
      case KeyKind::kId:
        return described(k).pattern("^[^/]+$");
      case KeyKind::kFlag:
        return described(k).type("boolean");
      case KeyKind::kDuration:
        return described(k).pattern("^[0-9]+ *(s|min|h|hours?|days?|weeks?)$");
      case KeyKind::kTime:
        return described(k).pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}");
      case KeyKind::kDay:
        return described(k).pattern("^day [0-9]+$");
      case KeyKind::kEndOfDay:
        return described(k).pattern("^end of day [0-9]+$");
      case KeyKind::kNumber:
      case KeyKind::kWhole:
        return number(k);
      case KeyKind::kChoice:
        return described(k).one_of(k.choices);
      case KeyKind::kTexts:
      case KeyKind::kChoices:
      case KeyKind::kTables:
      case KeyKind::kWeapons:
        return list(k);
      case KeyKind::kTable:
        return table(table_of_keys(k.tables.front()), k.words);
      case KeyKind::kDate:
        return described(k).pattern(kDatePattern);
      case KeyKind::kNumberText:
        return number_text(k);
      case KeyKind::kOneOrMore:
        return one_or_more(k);
      case KeyKind::kMoment:
        return moment(k);
      case KeyKind::kStandards:
        return standards(k);
      case KeyKind::kBaselines:
        return baselines(k);
    }
  }
  SchemaWriter& described(const Key& k) {
    w_.key("description").string(k.words);
    return *this;
  }
  void type(std::string_view name) { w_.key("type").string(name); }
  void pattern(std::string_view text) {
    w_.key("pattern").string(text);
    type("string");
  }
  void one_of(const std::vector<std::string_view>& words) {
    w_.key("enum").begin_array();
    for (const auto word : words) w_.string(word);
    w_.end_array();
    type("string");
  }
  void number(const Key& k) {
    described(k);
    if (std::isfinite(k.max)) w_.key("maximum").number(k.max);
    if (std::isfinite(k.min)) w_.key("minimum").number(k.min);
    type(k.kind == KeyKind::kWhole ? "integer" : "number");
  }
  void list(const Key& k) {
    described(k);
    w_.key("items").begin_object();
    if (k.kind == KeyKind::kTexts)
      type("string");
    else if (k.kind == KeyKind::kChoices)
      one_of(k.choices);
    else if (k.tables.size() == 1 && k.choices.empty())
      reference(k.tables.front());
    else
      any_of(k);
    w_.end_object();
    type("array");
  }
  void any_of(const Key& k) {
    w_.key("anyOf").begin_array();
    if (!k.choices.empty()) {
      w_.begin_object();
      one_of(k.choices);
      w_.end_object().begin_object();
      w_.key("description").string("The id of a [[definition]].");
      type("string");
      w_.end_object();
    }
    for (const TableId id : k.tables) {
      w_.begin_object();
      reference(id);
      w_.end_object();
    }
    w_.end_array();
  }
  void reference(TableId id) {
    w_.key("$ref").string("#/$defs/" + std::string(table_of_keys(id).name));
  }
  void number_text(const Key& k) {
    w_.key("anyOf").begin_array().begin_object();
    type("integer");
    w_.end_object().begin_object();
    pattern("^[^/]+$");
    w_.end_object().end_array();
    described(k);
  }
  void one_or_more(const Key& k) {
    w_.key("anyOf").begin_array().begin_object();
    type("string");
    w_.end_object().begin_object();
    w_.key("items").begin_object();
    type("string");
    w_.end_object();
    type("array");
    w_.end_object().end_array();
    described(k);
  }
  void moment(const Key& k) {
    w_.key("anyOf").begin_array().begin_object();
    pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}");
    w_.end_object().begin_object();
    table(table_of_keys(k.tables.front()));
    w_.end_object().end_array();
    described(k);
  }
  void standards(const Key& k) {
    w_.key("additionalProperties").begin_object();
    w_.key("exclusiveMaximum").number(1).key("exclusiveMinimum").number(0.5);
    type("number");
    w_.end_object();
    described(k).type("object");
  }
  void baselines(const Key& k) {
    w_.key("anyOf").begin_array().begin_object();
    type("string");
    w_.end_object().begin_object();
    w_.key("additionalProperties").begin_object();
    type("string");
    w_.end_object();
    type("object");
    w_.end_object().end_array();
    described(k);
  }

  std::string out_;
  JsonWriter w_{out_};
};

// JSON as people read it: two spaces for each level.
std::string indented(std::string_view json) {
  std::string out;
  std::size_t depth = 0;
  bool in_text = false;
  const auto line = [&] { out += "\n" + std::string(2 * depth, ' '); };
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_text) {
      out += c;
      if (c == '\\') out += json[++i];
      in_text = c != '"';
      continue;
    }
    const bool opens = c == '{' || c == '[', closes = c == '}' || c == ']';
    if (closes) --depth, line();
    out += c;
    if (opens) ++depth;
    if (opens || c == ',') line();
    if (c == ':') out += ' ';
    in_text = c == '"';
  }
  return out + "\n";
}

}  // namespace

std::string agreement_schema() { return indented(SchemaWriter().whole(TableId::kRoot)); }
std::string points_schema() { return indented(SchemaWriter().whole(TableId::kPlan)); }

}  // namespace truce::judge
