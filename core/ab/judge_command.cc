// A judge that is a command: JSON lines on its standard input and output.
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <deque>
#include <filesystem>
#include <sstream>
#include <utility>

#include "core/ab/files.h"
#include "core/ab/judge.h"
#include "core/report/sha256.h"

namespace syrinx::ab {

namespace fs = std::filesystem;

namespace {

using JudgeClock = std::chrono::steady_clock;

constexpr size_t kLongestLine = 1 << 20;
constexpr size_t kAtOnce = 8;  // requests that a judge has before it: enough to work in batches

core::Error no_judge(const std::string& command, std::string why) {
  return {"E0507", fmt::format("the judge \"{}\" cannot be used", command), {}, {std::move(why)}, {R"(its first line of output must be {"ab_judge":1,"name":...,"metrics":[...]})"}};
}

// Where a shell would find a program; the word itself if it names a file; empty if neither.
std::string file_named(const std::string& word) {
  std::error_code ignored;
  if (fs::is_regular_file(word, ignored)) return word;
  const char* path = std::getenv("PATH");
  if (!path || word.find('/') != std::string::npos) return {};
  std::istringstream folders(path);
  for (std::string folder; std::getline(folders, folder, ':');)
    if (fs::is_regular_file(fs::path(folder) / word, ignored)) return (fs::path(folder) / word).string();
  return {};
}

// The command, the content of its program, and of the first file that is an argument: the script. What else it reads, its version
// says.
std::string digest_of(const std::string& command) {
  core::Sha256 sum;
  sum.add_text(command);
  std::istringstream words(command);
  bool program = true;
  for (std::string word; words >> word;) {
    std::erase_if(word, [](char c) { return c == '"' || c == '\''; });
    std::error_code ignored;
    const std::string file = program ? file_named(word) : fs::is_regular_file(word, ignored) ? word : "";
    if (!file.empty()) sum.add_text(core::sha256_of_file(file));
    if (!program && !file.empty()) break;
    program = false;
  }
  return "sha256:" + sum.hex();
}

class CommandJudge final : public Judge {
 public:
  CommandJudge(std::string command, double timeout_s) : command_(std::move(command)), timeout_(timeout_s) {}
  ~CommandJudge() override { end(); }

  core::Outcome launch();
  void ask(const std::vector<JudgeRequest>& requests, const Got& got, const std::function<bool()>& stopped) override;

 private:
  void end();
  void abandon();
  core::Outcome read_head(const std::string& line);
  // Reads and writes what there is for at most `wait`; false with the reason when the judge is gone.
  bool exchange(std::chrono::milliseconds wait, std::string& why);
  bool take_line(std::string& line);
  std::string request_line(int64_t id, const JudgeRequest& request) const;

  const std::string command_;
  const std::chrono::duration<double> timeout_;
  std::string incoming_, outgoing_, broken_;
  bool known_ = false, restarted_ = false;
  pid_t process_ = -1;
  int in_ = -1, out_ = -1;
  int64_t next_ = 1;
};

void CommandJudge::end() {
  if (in_ >= 0) close(std::exchange(in_, -1));
  if (process_ > 0) {
    // The end of its input lets it finish by itself; it has a second.
    for (int i = 0; i < 100 && process_ > 0; ++i) {
      if (waitpid(process_, nullptr, WNOHANG) != 0) process_ = -1;
      else poll(nullptr, 0, 10);
    }
  }
  abandon();
}

void CommandJudge::abandon() {
  for (int* file : {&in_, &out_})
    if (*file >= 0) close(std::exchange(*file, -1));
  incoming_.clear();
  outgoing_.clear();
  if (process_ <= 0) return;
  kill(-process_, SIGKILL);
  waitpid(std::exchange(process_, -1), nullptr, 0);
}

core::Outcome CommandJudge::launch() {
  int to[2], from[2];
  if (pipe2(to, O_CLOEXEC) != 0) return no_judge(command_, std::strerror(errno));
  if (pipe2(from, O_CLOEXEC) != 0) {
    close(to[0]), close(to[1]);
    return no_judge(command_, std::strerror(errno));
  }
  process_ = fork();
  if (process_ == 0) {
    setpgid(0, 0);
    signal(SIGPIPE, SIG_DFL);
    dup2(to[0], STDIN_FILENO);
    dup2(from[1], STDOUT_FILENO);
    execl("/bin/sh", "sh", "-c", command_.c_str(), static_cast<char*>(nullptr));
    _exit(127);
  }
  close(to[0]);
  close(from[1]);
  in_ = to[1];
  out_ = from[0];
  fcntl(in_, F_SETFL, O_NONBLOCK);
  if (process_ < 0) return no_judge(command_, std::strerror(errno));
  setpgid(process_, process_);
  const auto began = JudgeClock::now();
  std::string line, why;
  while (!take_line(line)) {
    if (!exchange(std::chrono::milliseconds(50), why)) break;
    if (JudgeClock::now() - began > timeout_) why = fmt::format("it said nothing within {:g} s", timeout_.count());
    if (!why.empty()) break;
  }
  core::Outcome outcome = why.empty() ? read_head(line) : core::Outcome(no_judge(command_, why));
  if (!outcome) abandon();
  return outcome;
}

core::Outcome CommandJudge::read_head(const std::string& line) {
  const Json head = Json::parse(line, nullptr, false);
  const auto text = [&](const char* name) { return head.value(name, Json()).is_string() ? head[name].get<std::string>() : std::string(); };
  if (!head.is_object() || head.value("ab_judge", Json()) != 1 || text("name").empty() || !head.value("metrics", Json()).is_array() || head["metrics"].empty())
    return no_judge(command_, fmt::format("its first line is {}", line.substr(0, 100)));
  JudgeInfo info;
  info.name = text("name");
  info.version = text("version");
  info.digest = digest_of(command_);
  if (const Json rate = head.value("sample_rate", Json()); rate.is_number_integer()) {
    if (rate < 1000 || rate > 384000) return no_judge(command_, fmt::format("it wants sounds at {} Hz", rate.dump()));
    info.sample_rate = rate;
  }
  const std::string format = text("sample_format");
  if (!format.empty() && format != "s16" && format != "f32") return no_judge(command_, fmt::format("its sample_format is \"{}\", which is neither s16 nor f32", format));
  info.float_samples = format == "f32";
  info.deterministic = head.value("deterministic", Json()) == true;
  for (const Json& described : head["metrics"]) {
    auto metric = judge_metric(described, info.name);
    if (!metric) return no_judge(command_, metric.errors()[0].message);
    info.metrics.push_back(*std::move(metric));
  }
  if (known_ && (info.name != info_.name || info.version != info_.version)) return no_judge(command_, "started again, it is another judge");
  known_ = true;
  info_ = std::move(info);
  return core::Nothing{};
}

bool CommandJudge::take_line(std::string& line) {
  const size_t end = incoming_.find('\n');
  if (end == std::string::npos) return false;
  line = incoming_.substr(0, end);
  incoming_.erase(0, end + 1);
  return true;
}

bool CommandJudge::exchange(std::chrono::milliseconds wait, std::string& why) {
  pollfd files[] = {{out_, POLLIN, 0}, {in_, static_cast<short>(outgoing_.empty() ? 0 : POLLOUT), 0}};
  if (poll(files, outgoing_.empty() ? 1 : 2, static_cast<int>(wait.count())) < 0) {
    if (errno == EINTR) return true;
    why = std::strerror(errno);
    return false;
  }
  if (files[0].revents) {
    char bytes[65536];
    const ssize_t n = read(out_, bytes, sizeof(bytes));
    if (n == 0 || (n < 0 && errno != EINTR)) {
      why = "it ended";
      return false;
    }
    if (n > 0) incoming_.append(bytes, static_cast<size_t>(n));
    if (incoming_.size() > kLongestLine && incoming_.find('\n') == std::string::npos) {
      why = "it printed a line without end";
      return false;
    }
  } else if (files[1].revents) {
    const ssize_t n = write(in_, outgoing_.data(), outgoing_.size());
    if (n < 0 && errno != EINTR && errno != EAGAIN) {
      why = "it closed its input";
      return false;
    }
    if (n > 0) outgoing_.erase(0, static_cast<size_t>(n));
  }
  return true;
}

std::string CommandJudge::request_line(int64_t id, const JudgeRequest& request) const {
  Json line = Json::object({{"id", id}, {"audio", request.audio}, {"text", request.text}});
  line["reference_audio"] = request.reference_audio.empty() ? Json(nullptr) : Json(request.reference_audio);
  line["lang"] = request.language.empty() ? Json(nullptr) : Json(request.language);
  return line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

void CommandJudge::ask(const std::vector<JudgeRequest>& requests, const Got& got, const std::function<bool()>& stopped) {
  std::deque<size_t> todo;
  for (size_t i = 0; i < requests.size(); ++i) todo.push_back(i);
  std::map<int64_t, size_t> waiting;
  auto heard = JudgeClock::now();
  while ((!todo.empty() || !waiting.empty()) && broken_.empty() && !stopped()) {
    if (waiting.empty()) heard = JudgeClock::now();
    for (; !todo.empty() && waiting.size() < kAtOnce; todo.pop_front()) {
      waiting[next_] = todo.front();
      outgoing_ += request_line(next_++, requests[todo.front()]);
    }
    std::string line, why;
    exchange(std::chrono::milliseconds(50), why);
    while (take_line(line)) {
      heard = JudgeClock::now();
      const Json answer = Json::parse(line, nullptr, false);
      const auto id = answer.is_object() && answer.value("id", Json()).is_number_integer() ? waiting.find(answer["id"].get<int64_t>()) : waiting.end();
      if (id == waiting.end()) {
        why = fmt::format("it printed {}", line.substr(0, 80));
        break;
      }
      const size_t request = id->second;
      waiting.erase(id);
      JudgeAnswer out;
      if (answer.contains("error")) out.error = answer["error"].is_string() ? answer["error"].get<std::string>() : answer["error"].dump();
      if (const Json values = answer.value("values", Json()); values.is_object())
        for (const auto& [name, value] : values.items())
          if (value.is_number() && std::isfinite(value.get<double>())) out.values[name] = value;
      if (answer.value("hypothesis", Json()).is_string()) {
        out.hypothesis = answer["hypothesis"];
        if (out.error.empty()) score_answer(info_, requests[request].text, requests[request].language, out);
      }
      if (out.error.empty() && out.values.empty()) out.error = "it gave no value";
      got(request, std::move(out));
    }
    if (why.empty() && !waiting.empty() && JudgeClock::now() - heard > timeout_) why = fmt::format("it did not answer within {:g} s", timeout_.count());
    if (why.empty()) continue;
    // Crashed, hung or out of step: what it owes is asked again, once.
    abandon();
    for (auto late = waiting.rbegin(); late != waiting.rend(); ++late) todo.push_front(late->second);
    waiting.clear();
    if (std::exchange(restarted_, true)) {
      broken_ = why;
    } else if (auto outcome = launch(); !outcome) {
      broken_ = fmt::format("{}; started again: {}", why, outcome.errors()[0].notes[0]);
    }
  }
  if (broken_.empty()) return;
  for (const size_t request : todo) got(request, {{}, {}, broken_});
}

}  // namespace

core::Result<std::unique_ptr<Judge>> start_command_judge(const std::string& command, double timeout_s) {
  auto judge = std::make_unique<CommandJudge>(command, timeout_s);
  if (auto outcome = judge->launch(); !outcome) return std::move(outcome).errors();
  return std::unique_ptr<Judge>(std::move(judge));
}

}  // namespace syrinx::ab
