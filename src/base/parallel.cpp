#include "base/parallel.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace truce {

namespace {

struct Job {
  std::size_t count;
  const std::function<void(std::size_t)>& f;
  std::size_t helpers;  // that may still join
  std::atomic<std::size_t> next{0};
  void work() {
    for (std::size_t i = next.fetch_add(1); i < count; i = next.fetch_add(1)) f(i);
  }
};

// Threads that stay for the next job: beginning one costs more than many a job does.
class Crew {
 public:
  ~Crew() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    wake_.notify_all();
  }

  // False when another job is being done: the crew does one at a time.
  bool run(Job& job) {
    if (busy_.test_and_set(std::memory_order_acquire)) return false;
    {
      const std::lock_guard lock(mutex_);
      while (threads_.size() < job.helpers) threads_.emplace_back([this] { help(); });
      job_ = &job;
    }
    wake_.notify_all();
    job.work();
    std::unique_lock lock(mutex_);
    job_ = nullptr;
    done_.wait(lock, [this] { return at_work_ == 0; });
    busy_.clear(std::memory_order_release);
    return true;
  }

 private:
  void help() {
    std::unique_lock lock(mutex_);
    while (true) {
      wake_.wait(lock, [this] { return over_ || (job_ != nullptr && job_->helpers > 0); });
      if (over_) return;
      Job& job = *job_;
      --job.helpers;
      ++at_work_;
      lock.unlock();
      job.work();
      lock.lock();
      if (--at_work_ == 0) done_.notify_one();
    }
  }

  std::atomic_flag busy_;
  std::mutex mutex_;
  std::condition_variable wake_, done_;
  Job* job_ = nullptr;
  std::size_t at_work_ = 0;
  bool over_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace

void parallel_for(std::size_t count, unsigned threads, const std::function<void(std::size_t)>& f) {
  static Crew crew;
  const std::size_t workers = std::min<std::size_t>(threads, count);
  Job job{count, f, workers <= 1 ? 0 : workers - 1};
  if (job.helpers == 0 || !crew.run(job)) job.work();
}

}  // namespace truce
