#include "base/ed25519.h"

#include <openssl/evp.h>

#include <memory>

namespace truce {

namespace {

struct Free {
  void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
  void operator()(EVP_MD_CTX* p) const { EVP_MD_CTX_free(p); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Context = std::unique_ptr<EVP_MD_CTX, Free>;

const unsigned char* data_of(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

Key private_key(const Ed25519Secret& secret) {
  Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, secret.data(), secret.size()));
  TRUCE_ENSURE(key != nullptr);
  return key;
}

}  // namespace

bool ed25519_verify(const Ed25519Key& key, std::string_view bytes,
                    const Ed25519Signature& signature) {
  const Key of(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
  const Context context(EVP_MD_CTX_new());
  if (of == nullptr || context == nullptr) return false;
  if (EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, of.get()) != 1) return false;
  return EVP_DigestVerify(context.get(), signature.data(), signature.size(), data_of(bytes),
                          bytes.size()) == 1;
}

Ed25519Key ed25519_key_of(const Ed25519Secret& secret) {
  const Key key = private_key(secret);
  Ed25519Key out{};
  std::size_t size = out.size();
  TRUCE_ENSURE(EVP_PKEY_get_raw_public_key(key.get(), out.data(), &size) == 1);
  return out;
}

Ed25519Signature ed25519_sign(const Ed25519Secret& secret, std::string_view bytes) {
  const Key key = private_key(secret);
  const Context context(EVP_MD_CTX_new());
  Ed25519Signature out{};
  std::size_t size = out.size();
  TRUCE_ENSURE(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1);
  TRUCE_ENSURE(EVP_DigestSign(context.get(), out.data(), &size, data_of(bytes), bytes.size()) == 1);
  return out;
}

}  // namespace truce
