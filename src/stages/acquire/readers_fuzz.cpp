// Every reader on mutated input: the first byte chooses the format. Each rejection must name its
// source, its offset and a reason, and carry the original bytes.
#include <cstdint>
#include <string>
#include <vector>

#include "model/json.h"
#include "stages/acquire/acquire.h"
#include "stages/acquire/check_text.h"

using namespace truce;
using namespace truce::acquire;

namespace {

struct Checked : Sink {
  std::string_view input;
  void record(Entry entry) override {
    if (entry.kind != EntryKind::kRejected) return;
    const auto r = from_json<Rejection>(entry.payload);
    TRUCE_ENSURE(r.ok() && !r->reason.empty() && r->origin.file == "fuzz" &&
                 r->origin.offset <= input.size());
    TRUCE_ENSURE(input.substr(r->origin.offset, r->origin.length) == entry.raw);
  }
  void complain(Complaint complaint) override { TRUCE_ENSURE(!complaint.text.empty()); }
};

}  // namespace

std::vector<std::string> fuzz_seeds() {
  const std::vector<std::pair<std::string_view, std::string>> samples{
      {"ndjson",
       R"({"kind":"observation","record":{"items":[{"classes":{"burst":1},"count":{"kind":"exact","value":2}}],"shape":{"kind":"nowhere"},"source":"s","when":{"end":"2025-04-20T00:00:00Z","start":"2025-04-20T00:00:00Z"}}})"
       "\n"},
      {"claims",
       "case_id,claimant,accused,metric,qualifier,value,unit,period,as_of_local,note,url\nt,UA "
       "x,RU,total,>,1300,v,p,2025-04-20T12:00,n,u\n"},
      {"firms",
       "latitude,longitude,acq_date,acq_time,scan,track,instrument,confidence,frp\n48.1,37.2,2022-"
       "09-01,117,0.4,0.6,VIIRS,n,1.03\n"},
      {"sirens",
       "region,started_at,finished_at,naive\nKyiv City,2022-02-25 16:36:22+00:00,2022-02-25 "
       "17:06:22+00:00,True\n"},
      {"viina",
       "datetime,lon,lat,place_name,event_type,headline\n2025-04-20 "
       "00:00:00,37.2,48.1,X,uav|loc,\"a, b\"\n"},
      {"ucdp",
       "id,latitude,longitude,where_prec,date_prec,date_start,date_end,low,best,high,where_"
       "coordinates\n1,48,37,1,1,2022-01-01,2022-01-02,1,2,3,X\n"},
      {"smm-json",
       R"([{"as_of":"2017-08-16T19:30","position":"p","means":"camera","when":"night 22-23 Aug 2017","ordered":true,"bearing":["NW","NNE"],"range_km":[3,5],)"
       R"("items":[{"n":"about 800","what":"explosion","class":"undetermined"}],"split":[{"n":658,"bearing":"N","range_km":[1,2]},{"n":"remainder"}]}])"},
      {"smm-csv",
       "row,as_of,position,position_place,means,when,bearing,range_km,n,what,class\n1,2017-08-"
       "16T19:30,camera X,17 km N of Y,camera,2017-08-15 22:10,ESE,3-5,about "
       "20,explosion,impact\n1,2017-08-16,X,17 km S of Y,saw|heard,night 16-17 Aug "
       "2017,N|NW,4,3,burst,\n"},
      {"smm-totals",
       "report_no,issued,region,period_start_local,period_end_local,period_days,ceasefire_"
       "violations,explosions,previous_value,previous_kind\n1/"
       "2020,2020-07-28,D,2020-07-26T19:30,2020-07-27T19:30,1,111,21,5,previous_24h\n2/"
       "2020,2020-07-29,D,2020-07-27T19:30,2020-07-28T19:30,1,11,2,112,previous_reporting_"
       "period\n"},
      {"smm-totals",
       "report,as_of,a_violations,a_explosions,a_previous,previous_means,a_classes\n1,2021-05-"
       "23T19:30,9,5,3,24h,impact=2;airburst=3\n"},
      {"smm-totals",
       "total,explosions,projectiles,muzzle_flashes,illumination_flares,bursts_and_shots,as_of\n15,"
       "1,2,3,4,5,2021-05-23\n"},
      {"arrivals", "sensor,time_s,sigma_s,level_db\ns1,1.529,0.113,60.0\ns2,-2,5,\n"},
      {"csv", "a,b\n1,2\n"}};
  std::vector<std::string> out;
  for (const auto& [format, text] : samples) {
    const auto index = static_cast<char>(find_format(format) - formats().data());
    out.push_back(std::string(1, index) + text);
  }
  return out;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Checked sink;
  sink.input = {reinterpret_cast<const char*>(data) + 1, size - 1};
  static_cast<void>(check_text(sink.input));
  Context context;
  context.feed = "f";
  context.file = "fuzz";
  const auto& all = formats();
  static_cast<void>(all[data[0] % all.size()].read(sink.input, context, sink));
  return 0;
}
