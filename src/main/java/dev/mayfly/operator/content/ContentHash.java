package dev.mayfly.operator.content;

import dev.mayfly.core.model.Template;
import dev.mayfly.core.model.Template.Env.Kind;
import dev.mayfly.core.model.Volume;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A hash over the content of ConfigMaps and Secrets. It is keyed (HMAC-SHA256), so that readers of a revision can't
 * guess short secrets by brute force.
 */
public final class ContentHash {
    private static final String ALGORITHM = "HmacSHA256";

    private final Mac mac;

    private ContentHash(byte[] key) {
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has " + ALGORITHM, e);
        }
    }

    public static String of(Template template, byte[] key) {
        var hash = new ContentHash(key);
        template.process().env().stream()
                .filter(env -> env.kind() == Kind.PLAIN)
                .forEach(env -> {
                    hash.add(env.name());
                    hash.add(env.value());
                });
        template.volumes().forEach((name, volume) -> {
            if (volume instanceof Volume.Files files) {
                hash.add(name);
                files.files().forEach((path, content) -> {
                    hash.add(path);
                    hash.add(content.bytes());
                });
            }
        });
        return HexFormat.of().formatHex(hash.mac.doFinal());
    }

    /** Hash over these texts in this order. */
    public static String of(byte[] key, List<String> texts) {
        var hash = new ContentHash(key);
        texts.forEach(hash::add);
        return HexFormat.of().formatHex(hash.mac.doFinal());
    }

    private void add(String text) {
        add(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds the part with its length as a prefix, so that no two sequences collide. */
    private void add(byte[] part) {
        mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
        mac.update(part);
    }
}
