#pragma once
// The comparisons by which findings are decided. In the build for the mutation check one of them at
// a time compares wrongly, and some worked case must then come out otherwise; elsewhere they are
// the plain operators. TRUCE_IS is for what can only be wrong as a whole: measured distances never
// meet their bound exactly.

namespace truce::judge {

#ifdef TRUCE_MUTANTS
// Which comparison is wrong: 2 × its number for one that errs at equality, one more for one that
// answers the contrary; -1 for none.
inline int mutant = -1;
// Numbers of the comparisons of one source, the last left out.
struct Sites {
  int begin = 0, end = 0;
};
inline bool mutated(int site, bool right, bool wrong_at_equality) {
  return mutant == 2 * site ? wrong_at_equality : mutant == 2 * site + 1 ? !right : right;
}
#define TRUCE_GE(a, b) ::truce::judge::mutated(TRUCE_SITES + __COUNTER__, (a) >= (b), (a) > (b))
#define TRUCE_GT(a, b) ::truce::judge::mutated(TRUCE_SITES + __COUNTER__, (a) > (b), (a) >= (b))
#define TRUCE_LE(a, b) ::truce::judge::mutated(TRUCE_SITES + __COUNTER__, (a) <= (b), (a) < (b))
#define TRUCE_LT(a, b) ::truce::judge::mutated(TRUCE_SITES + __COUNTER__, (a) < (b), (a) <= (b))
#define TRUCE_IS(a) ::truce::judge::mutated(TRUCE_SITES + __COUNTER__, (a), !(a))
#else
#define TRUCE_GE(a, b) ((a) >= (b))
#define TRUCE_GT(a, b) ((a) > (b))
#define TRUCE_LE(a, b) ((a) <= (b))
#define TRUCE_LT(a, b) ((a) < (b))
#define TRUCE_IS(a) (a)
#endif

}  // namespace truce::judge
