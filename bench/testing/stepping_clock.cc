// Loaded with LD_PRELOAD: a wall clock that somebody sets back and forth all the time, by an hour.
// The clocks that nobody can set are left alone.

#include <dlfcn.h>
#include <sys/time.h>

#include <ctime>

namespace {

time_t step() {
  static int calls = 0;
  return ++calls % 2 == 0 ? 3600 : -3600;
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* now) noexcept {
  static const auto next =
      reinterpret_cast<int (*)(clockid_t, timespec*)>(::dlsym(RTLD_NEXT, "clock_gettime"));
  const int result = next(clock, now);
  if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) now->tv_sec += step();
  return result;
}

int gettimeofday(timeval* now, void* zone) noexcept {
  static const auto next =
      reinterpret_cast<int (*)(timeval*, void*)>(::dlsym(RTLD_NEXT, "gettimeofday"));
  const int result = next(now, zone);
  now->tv_sec += step();
  return result;
}

time_t time(time_t* now) noexcept {
  static const auto next = reinterpret_cast<time_t (*)(time_t*)>(::dlsym(RTLD_NEXT, "time"));
  const time_t stepped = next(nullptr) + step();
  if (now != nullptr) *now = stepped;
  return stepped;
}

}  // extern "C"
