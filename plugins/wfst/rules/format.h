// Rule files: what a grammar is written in. wfst-compile turns one file (with those it includes) into one FST. This header is the
// reference of the format; rules/parse.h reads it, rules/compile.h builds the machine.
//
// A rule file is UTF-8 text. `#` begins a comment; a statement ends with the line, except inside parentheses, after `|`, `=` or
// `=>` at the end of a line, and before a line that begins with `|`.
//
//   grammar zh                                  the language; first statement of the main file
//   include "numbers.rules"                     another file, relative to this one
//   let digit = [0-9]                           a named expression; used by its name below its definition
//   table unit "tables/unit.tsv"                a named alternative of the first column; `unit.2` reads column 1 and has column 2 as
//                                               its value (see =>), `unit.3` column 3
//   rule date 1.02 full = year:(digit{4}) "-" month:(digit{1,2}) "-" day:(digit{1,2})
//                                               class, weight, name of the rule: "date.full" in --explain
//   rule date 1.02 text ordered = ...           `ordered` sets preserve_order
//   fallback 100 = any                          text that belongs to no class: copied, weight for each match of the expression
//   rewrite before traditional "traditional.tsv"   a table, longest match first, column 1 to column 2, applied to the text before
//   rewrite after erhua "erhua.tsv"             or after; active while the option of that name is on. A line with equal columns
//                                               keeps a word (女儿). An empty column 2 deletes.
//
// The tagger is (rule | rule | ... | fallback)*: the cheapest way to cover the whole text wins. The class and field names are
// letters and `_`. Classes rank in the order in which they first appear; of two ways of equal weight, the one of fewer tokens
// wins, then the lower rank at the first difference, then longer fields first.
//
// Expressions, over code points:
//
//   "text" 'text'      a literal; \n \t \\ \" \' \u{3000}. "km"i: in any case of ASCII letters.
//   [a-z0-9_]          one of a set; [^...] any but; [{digit}{letter}.] a named set inside a set; \] \- \^ \\ \{ \u{..} escapes
//   any                any code point
//   name, name.2       a `let`, a table
//   x y                one after the other
//   x | y              alternatives
//   ( x )              grouping
//   x?  x*  x+  x{3}  x{1,4}  x{2,}
//   x<0.5>             adds a weight to what stands before it
//   name:( x ) name:x  captures the text of x as the field `name`; fields do not nest. A `:` binds to the next item with its
//                      repetition: day:digit{1,2} is the whole.
//   name="text"        a field that stands for no text, with this value
//   (x => "text")      inside a field: the text of x is replaced by this in the value; "" deletes. (x => "") for a separator:
//                      int:(digit{1,3} (("," => "") digit{3})+)
//   (?= x)  (?! x)     what follows is (not) x;   (?<= x)  (?<! x)   what stands before is (not) x. x: alternatives of at most 32
//                      code points of sets, literals, tables and repetitions with a bound; `edge` in it stands for the begin or end of the text.
//                      Nothing is consumed, so a cue stays free for other rules. They look at the text around the span too.
//
// Text of a rule outside its fields is dropped (it is part of the token's written form). Every rule must consume text, and no rule
// may take an empty expression under * or +.
#pragma once
