// Prints the numbers of its open descriptors, a space between, on descriptor 3; then, a line each,
// its environment.

#include <fcntl.h>
#include <unistd.h>

#include <string>

int main(int, char**, char** environment) {
  std::string text;
  for (int fd = 0; fd < 4096; ++fd) {
    if (::fcntl(fd, F_GETFD) != -1) text += (text.empty() ? "" : " ") + std::to_string(fd);
  }
  text += "\n";
  for (; *environment != nullptr; ++environment) text += std::string(*environment) + "\n";
  return ::write(3, text.data(), text.size()) == static_cast<ssize_t>(text.size()) ? 0 : 1;
}
