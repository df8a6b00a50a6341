package dev.mayfly.runtime.image;

import com.google.re2j.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Recognizes secrets by the prefixes that their issuers gave them for this purpose. Prefixes and lengths are those of
 * gitleaks' rules (github.com/gitleaks/gitleaks, config/gitleaks.toml).
 */
final class SecretShapes {
    private static final Pattern ANY = Stream.of(
                    "-----BEGIN[ A-Z0-9_-]{0,100}PRIVATE KEY", // private-key
                    "\\b(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\\b", // aws-access-token
                    "\\bgh[pousr]_[0-9a-zA-Z]{36}", // github-pat, -oauth, -app-token, -refresh-token
                    "\\bgithub_pat_\\w{82}", // github-fine-grained-pat
                    "\\bglpat-[\\w-]{20}", // gitlab-pat
                    "\\bxox[abeoprs]-[0-9a-zA-Z-]{10}", // slack-*-token
                    "\\b[sr]k_(?:live|prod)_[a-zA-Z0-9]{10}", // stripe-access-token, without those for tests
                    "\\bAIza[\\w-]{35}", // gcp-api-key
                    "\\bnpm_[a-zA-Z0-9]{36}\\b", // npm-access-token
                    "\\bpypi-AgEIcHlwaS5vcmc[\\w-]{50}", // pypi-upload-token
                    "\\bey[a-zA-Z0-9]{17,}\\.ey[\\w/-]{17,}\\.[\\w/-]{10}", // jwt
                    "\\b[a-zA-Z][a-zA-Z0-9+.-]{1,20}://[^\\s/:@$]{0,200}:[^\\s/:@${<*][^\\s/:@]{2,200}@") // a URL's
            // password
            .collect(Collectors.collectingAndThen(Collectors.joining("|"), Pattern::compile));

    private SecretShapes() {}

    static boolean in(String text) {
        return ANY.matcher(text).find();
    }
}
