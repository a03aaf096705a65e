// Modes and what their engines declare.

#include "harness/engine/engine.h"

#include <gtest/gtest.h>

#include "results/files/error.h"

namespace splicebench {
namespace {

class Nothing : public Engine {
 public:
  void prepare(int, int) override {}
  Outcome transfer(std::uint64_t) override { return {}; }
};

const RegisterEngine registration({
    .name = "typed",
    .help = "has a parameter of each type",
    .parameters = {EngineParameter::size("ring", 4096, 1 << 20, ""),
                   EngineParameter::count("depth", 8, 2, 64, ""),
                   EngineParameter::toggle("bundle", false, ""),
                   EngineParameter::choice("copy", {"plain", "zero", "fixed"}, "")},
    .make = [](const EngineValues&) { return std::make_unique<Nothing>(); },
});

const RegisterEngine family({
    .name = "family",
    .help = "has a variant, and a size that may be a word",
    .parameters = {EngineParameter::size("buffer", 4096, 1 << 20, "").or_word("auto")},
    .make = [](const EngineValues&) { return std::make_unique<Nothing>(); },
});
const RegisterEngine variant({
    .name = "family:other",
    .help = "has a size, too",
    .parameters = {EngineParameter::size("buffer", 1024, 1 << 20, "")},
    .make = [](const EngineValues&) { return std::make_unique<Nothing>(); },
});

const RegisterEngine bare({
    .name = "bare",
    .help = "has no parameter, and relays nothing",
});

std::string complaint(const std::string& mode) {
  try {
    parse_mode(mode);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "none";
}

TEST(Mode, HoldsAValueOfEveryTypeOfParameter) {
  EXPECT_EQ(parse_mode("typed").values,
            (EngineValues{{"ring", 4096}, {"depth", 8}, {"bundle", 0}, {"copy", 0}}));
  EXPECT_EQ(parse_mode("typed:ring=64KiB,depth=64,bundle=on,copy=fixed").values,
            (EngineValues{{"ring", 65536}, {"depth", 64}, {"bundle", 1}, {"copy", 2}}));
  EXPECT_EQ(parse_mode("typed:bundle").values.at("bundle"), 1);
  EXPECT_EQ(parse_mode("typed:bundle=off").values.at("bundle"), 0);
}

TEST(Mode, WithAValueThatIsNotOfTheParametersTypeIsRefused) {
  EXPECT_EQ(complaint("typed:depth=1"),
            "--modes: 'typed:depth=1': depth: '1' is not a whole number from 2 to 64");
  EXPECT_EQ(complaint("typed:depth=8KiB"),
            "--modes: 'typed:depth=8KiB': depth: '8KiB' is not a whole number from 2 to 64");
  EXPECT_EQ(complaint("typed:bundle=1"),
            "--modes: 'typed:bundle=1': bundle: '1' is no choice; choose from: off, on");
  EXPECT_EQ(complaint("typed:copy=one"),
            "--modes: 'typed:copy=one': copy: 'one' is no choice; choose from: plain, zero, fixed");
  EXPECT_EQ(complaint("typed:ring=2MiB"), "--modes: 'typed:ring=2MiB': ring is at most 1MiB");
  EXPECT_EQ(complaint("typed:depth"),
            "--modes: 'typed:depth': 'depth' is no parameter; write name=size, e.g. "
            "typed:ring=64KiB");
}

TEST(Mode, WithAParameterThatItsEngineDoesNotHaveIsToldThoseItHas) {
  EXPECT_EQ(complaint("typed:deep=8"),
            "--modes: 'typed:deep=8': engine typed has no parameter 'deep'; it has: ring, depth, "
            "bundle, copy");
  EXPECT_EQ(complaint("typed:depth=8,=9"),
            "--modes: 'typed:depth=8,=9': engine typed has no parameter ''; it has: ring, depth, "
            "bundle, copy");
}

TEST(Mode, MayGiveAWordInPlaceOfASize) {
  EXPECT_EQ(parse_mode("family:buffer=auto").values.at("buffer"), 0);
  EXPECT_EQ(parse_mode("family").engine->parameters.front().form(), "SIZE|auto");
  EXPECT_EQ(
      complaint("typed:ring=auto").find("--modes: 'typed:ring=auto': ring: 'auto' is not a size"),
      0U);
}

TEST(Mode, MayNameAVariantOfAFamily) {
  EXPECT_EQ(parse_mode("family:buffer=2KiB").engine->name, "family");
  EXPECT_EQ(parse_mode("family:other").engine->name, "family:other");
  EXPECT_EQ(parse_mode("family:other").values.at("buffer"), 1024);
  EXPECT_EQ(parse_mode("family:other,buffer=2KiB").values.at("buffer"), 2048);
  EXPECT_EQ(complaint("family:others"),
            "--modes: 'family:others': 'others' is no parameter; write name=size, e.g. "
            "family:buffer=64KiB");
  EXPECT_EQ(complaint("family:other,buffer"),
            "--modes: 'family:other,buffer': 'buffer' is no parameter; write name=size, e.g. "
            "family:other,buffer=64KiB");
}

TEST(Mode, LongerThanWhatARelayIsToldIsRefused) {
  const std::string longest = "typed:depth=" + std::string(255 - 12 - 1, '0') + "8";
  EXPECT_EQ(parse_mode(longest).values.at("depth"), 8);
  EXPECT_EQ(complaint(longest + "0"),
            "--modes: 'typed:depth=0000000000000000000000000000...' has 256 characters, more than "
            "the 255 of a mode");
}

TEST(Mode, OfASwitchThatFollowsACommaSaysHowASwitchIsWritten) {
  EXPECT_EQ(complaint("bundle"),
            "--modes: there is no engine 'bundle'; write bundle=on for the switch, or choose from: "
            "bare, family, family:other, typed");
  EXPECT_EQ(complaint("depth"),
            "--modes: there is no engine 'depth'; choose from: bare, family, family:other, typed");
  EXPECT_EQ(complaint("warp:depth=8"),
            "--modes: there is no engine 'warp'; choose from: bare, family, family:other, typed");
}

TEST(Mode, TakesTheLeastAndTheMostAndNothingBeyond) {
  EXPECT_EQ(parse_mode("typed:depth=2").values.at("depth"), 2);
  EXPECT_EQ(parse_mode("typed:ring=1MiB").values.at("ring"), 1 << 20);
  EXPECT_EQ(parse_mode("typed:ring=1").values.at("ring"), 1);
  EXPECT_EQ(complaint("typed:depth=65"),
            "--modes: 'typed:depth=65': depth: '65' is not a whole number from 2 to 64");
  EXPECT_EQ(complaint("typed:depth="),
            "--modes: 'typed:depth=': depth: '' is not a whole number from 2 to 64");
  EXPECT_EQ(complaint("typed:ring=").find("--modes: 'typed:ring=': ring: '' is not a size"), 0U);
  EXPECT_EQ(complaint("typed:ring=1048577"), "--modes: 'typed:ring=1048577': ring is at most 1MiB");
}

TEST(Mode, OfAnEngineWithoutParametersSaysSo) {
  EXPECT_TRUE(parse_mode("bare").values.empty());
  EXPECT_EQ(complaint("bare:x=1"),
            "--modes: 'bare:x=1': engine bare has no parameter 'x'; it has: none");
  EXPECT_EQ(complaint("bare:"),
            "--modes: 'bare:': '' is no parameter; write name=size, e.g. bare:name=64KiB");
  EXPECT_EQ(complaint("bare:x"),
            "--modes: 'bare:x': 'x' is no parameter; write name=size, e.g. bare:name=64KiB");
}

TEST(Mode, WithoutARelayInItIsRefusedWhereOneIsNeeded) {
  require_relay(parse_mode("typed"));
  try {
    require_relay(parse_mode("bare"), "--mode");
    FAIL() << "taken for one that relays";
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(),
                 "--mode: 'bare' has no relay in it; take it with run, or leave it out");
  }
}

TEST(EngineParameter, IsOfItsType) {
  const EngineParameter size = EngineParameter::size("s", 8, 64, "help");
  EXPECT_EQ(size.least, 1);
  EXPECT_EQ(size.initial, 8);
  EXPECT_EQ(size.most, 64);
  EXPECT_EQ(size.help, "help");
  EXPECT_EQ(size.form(), "SIZE");
  const EngineParameter count = EngineParameter::count("c", 8, 2, 64, "help");
  EXPECT_EQ(count.least, 2);
  EXPECT_EQ(count.most, 64);
  EXPECT_EQ(count.help, "help");
  EXPECT_EQ(count.form(), "N");
  for (const bool on : {false, true}) {
    const EngineParameter toggle = EngineParameter::toggle("t", on, "help");
    EXPECT_EQ(toggle.initial, on ? 1 : 0);
    EXPECT_EQ(toggle.least, 0);
    EXPECT_EQ(toggle.most, 1);
    EXPECT_EQ(toggle.help, "help");
    EXPECT_EQ(toggle.form(), "off|on");
  }
  const EngineParameter choice = EngineParameter::choice("x", {"a", "b", "c"}, "help");
  EXPECT_EQ(choice.initial, 0);
  EXPECT_EQ(choice.least, 0);
  EXPECT_EQ(choice.most, 2);
  EXPECT_EQ(choice.help, "help");
  EXPECT_EQ(choice.form(), "a|b|c");
}

TEST(EngineInfo, SaysBetweenWhatItCanRelay) {
  EngineInfo info = *parse_mode("typed").engine;
  EXPECT_EQ(info.why_not({EndKind::unix_stream, EndKind::tcp}), "");
  EXPECT_EQ(info.why_not({EndKind::file, EndKind::tcp}),
            "engine typed relays from tcp or unix to tcp or unix");
  EXPECT_EQ(info.why_not({EndKind::tcp, EndKind::file}),
            "engine typed relays from tcp or unix to tcp or unix");
  info.unavailable = [] { return "this kernel is too old; it takes Linux 6.0"; };
  EXPECT_EQ(info.why_unfit({EndKind::tcp, EndKind::tcp}), "");
  EXPECT_EQ(info.why_not({EndKind::tcp, EndKind::tcp}),
            "engine typed is not available here: this kernel is too old; it takes Linux 6.0");
}

}  // namespace
}  // namespace splicebench
