#include "base/running_hash.h"

#include <openssl/evp.h>

namespace truce {

struct RunningHash::Impl {
  EVP_MD_CTX* bytes = EVP_MD_CTX_new();
  EVP_MD_CTX* copy = EVP_MD_CTX_new();
};

RunningHash::RunningHash() : impl_(std::make_unique<Impl>()) {
  TRUCE_ENSURE(impl_->bytes != nullptr && impl_->copy != nullptr);
  TRUCE_ENSURE(EVP_DigestInit_ex(impl_->bytes, EVP_sha256(), nullptr) == 1);
}

RunningHash::~RunningHash() {
  EVP_MD_CTX_free(impl_->bytes);
  EVP_MD_CTX_free(impl_->copy);
}

void RunningHash::update(std::string_view bytes) {
  TRUCE_ENSURE(EVP_DigestUpdate(impl_->bytes, bytes.data(), bytes.size()) == 1);
}

Hash RunningHash::so_far() const {
  Hash out{};
  unsigned size = 0;
  TRUCE_ENSURE(EVP_MD_CTX_copy_ex(impl_->copy, impl_->bytes) == 1);
  TRUCE_ENSURE(EVP_DigestFinal_ex(impl_->copy, out.data(), &size) == 1);
  return out;
}

}  // namespace truce
