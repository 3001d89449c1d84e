// Every reader on mutated input: the first byte chooses the format. Each rejection must name its
// source, its offset and a reason, and carry the original bytes.
#include <cstdint>
#include <string>
#include <vector>

#include "model/json.h"
#include "stages/acquire/acquire.h"

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
  const std::vector<std::string> samples{
      R"({"kind":"observation","record":{"items":[{"classes":{"burst":1},"count":{"kind":"exact","value":2}}],"shape":{"kind":"nowhere"},"source":"s","when":{"end":"2025-04-20T00:00:00Z","start":"2025-04-20T00:00:00Z"}}})"
      "\n",
      "case_id,claimant,accused,metric,qualifier,value,unit,period,as_of_local,note,url\nt,UA "
      "x,RU,total,>,1300,v,p,2025-04-20T12:00,n,u\n",
      "latitude,longitude,acq_date,acq_time,scan,track,instrument,confidence,frp\n48.1,37.2,2022-"
      "09-01,117,0.4,0.6,VIIRS,n,1.03\n",
      "region,started_at,finished_at,naive\nKyiv City,2022-02-25 16:36:22+00:00,2022-02-25 "
      "17:06:22+00:00,True\n",
      "datetime,lon,lat,place_name,event_type,headline\n2025-04-20 "
      "00:00:00,37.2,48.1,X,uav|loc,\"a, b\"\n",
      "id,latitude,longitude,where_prec,date_prec,date_start,date_end,low,best,high,where_"
      "coordinates\n1,48,37,1,1,2022-01-01,2022-01-02,1,2,3,X\n",
      R"([{"as_of":"2017-08-16T19:30","position":"p","means":"camera","when":"night 22-23 Aug 2017","ordered":true,"bearing":["NW","NNE"],"range_km":[3,5],)"
      R"("items":[{"n":"about 800","what":"explosion","class":"undetermined"}],"split":[{"n":658,"bearing":"N","range_km":[1,2]},{"n":"remainder"}]}])"};
  std::vector<std::string> out;
  for (std::size_t i = 0; i < samples.size(); ++i)
    out.push_back(std::string(1, static_cast<char>(i)) + samples[i]);
  return out;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Checked sink;
  sink.input = {reinterpret_cast<const char*>(data) + 1, size - 1};
  Context context;
  context.feed = "f";
  context.file = "fuzz";
  const auto& all = formats();
  static_cast<void>(all[data[0] % all.size()].read(sink.input, context, sink));
  return 0;
}
