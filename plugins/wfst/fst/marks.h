// Output labels of own grammars. Labels from 256 up are marks: they say where a token, a field or a replaced stretch begins and
// ends, and take no room in the text. What each stands for is written as symbols of the FST's output symbol table:
//
//   token                                  a token begins here
//   field                                  a field begins here
//   cut                                    a stretch of a field begins that is replaced
//   end \t CLASS \t RULE \t RANK \t ORDERED \t WEIGHT     the token that began ends here and is of this class
//   field \t NAME                          the field that began ends here and has this name
//   cut \t TEXT                            the stretch ends here; TEXT stands for it
//   constant \t NAME \t VALUE              a field without text
//   look \t ahead|behind \t +|- \t STATE   passable only if the machine at STATE accepts (+) or not (-) what follows or stands before
//
// Names come with the end of what they name, so that rules that begin alike share their states. The machines of looks are
// acceptors that hang beside the tagger in the same FST; those that look behind read the text backwards.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace wfst {

inline constexpr int kFirstMark = 256;
// The input label by which a machine of a look reads the edge of the text.
inline constexpr int kEdgeLabel = 256;

struct Mark {
  enum class Kind : uint8_t { kToken, kField, kCut, kTokenEnd, kFieldEnd, kCutEnd, kConstant, kLook };
  Kind kind = Kind::kToken;
  std::string name;   // class, field
  std::string value;  // rule, replacement, constant
  int rank = 0;       // of the class
  bool ordered = false, behind = false, negated = false;
  float weight = 0;
  int state = 0;      // of a look
};

std::string to_symbol(const Mark& mark);
// False if the text is no such symbol.
bool from_symbol(const std::string& symbol, Mark& out);

}  // namespace wfst
