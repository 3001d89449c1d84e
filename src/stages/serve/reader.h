#pragma once
// Who asks, and what each kind of reader may ask at all. What of a record a reader then gets to see
// is decided by the records that the source gives for them (records.h).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"

namespace truce::serve {

// Numbers are stored with accounts. Never change one; add another.
enum class Role : unsigned char {
  kDuty = 0,
  kVerification = 1,
  kCommission = 2,
  kLiaison = 3,  // of a party
  kForce = 4,
  kPublic = 5
};

// "duty", "verification", "commission", "liaison", "force", "public".
std::string_view to_string(Role role);
std::optional<Role> role_of(std::string_view word);

// Whoever sent a request. Handlers get it resolved and never look at cookies themselves.
struct Reader {
  std::string account;  // a name; empty: not signed in
  Role role = Role::kPublic;
  std::string party;  // of a liaison, else empty
  std::string key;    // Ed25519 public key, 64 digits of hex; empty: none yet

  bool is_signed_in() const { return !account.empty(); }
  // Duty and verification: the mission's own staff, who alone read records as they are.
  bool is_staff() const { return role == Role::kDuty || role == Role::kVerification; }
  // Acts are signed, so whoever may act has an account; whether its key is known is asked later.
  bool may_act() const { return is_signed_in() && is_staff(); }
  friend bool operator==(const Reader&, const Reader&) = default;
};

// A set of roles.
using Roles = unsigned;
constexpr Roles only(Role role) { return 1U << static_cast<unsigned>(role); }
inline constexpr Roles kStaff = only(Role::kDuty) | only(Role::kVerification);
inline constexpr Roles kMembers =
    kStaff | only(Role::kCommission) | only(Role::kLiaison) | only(Role::kForce);
inline constexpr Roles kEveryone = kMembers | only(Role::kPublic);

}  // namespace truce::serve
