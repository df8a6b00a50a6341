package dev.mayfly.testing;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;

/** The label that identifies an installation's resources, computed apart from the code under test. */
record ClusterId(String id) {

    /** As docs say: the first 12 hex digits of SHA-256(UID of kube-system + "/" + installation). */
    static ClusterId of(KubernetesClient client, String installation) {
        var uid =
                client.namespaces().withName("kube-system").get().getMetadata().getUid();
        try {
            var hash = MessageDigest.getInstance("SHA-256")
                    .digest((uid + "/" + installation).getBytes(StandardCharsets.UTF_8));
            return new ClusterId(HexFormat.of().formatHex(hash).substring(0, 12));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Removes what the installation's operators left on this host. */
    void eraseData() {
        erase(Path.of("/var/lib/mayfly", id));
        var memory = Path.of("/run/mayfly", id);
        if (Files.exists(memory)) {
            unmount(memory);
            erase(memory);
        }
    }

    /** Fails without effect if /run is in memory anyway: then nothing is mounted there. */
    private static void unmount(Path path) {
        try {
            new ProcessBuilder("umount", path.toString()).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void erase(Path data) {
        if (!Files.exists(data)) {
            return;
        }
        try (var all = Files.walk(data)) {
            for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
