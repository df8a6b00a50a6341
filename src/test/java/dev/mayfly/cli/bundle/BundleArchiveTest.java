package dev.mayfly.cli.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Date;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;

class BundleArchiveTest {
    @Test
    void aLargeFileIsCutAndSoIsTheWhole() throws IOException {
        var out = new ByteArrayOutputStream();
        try (var archive = new BundleArchive(out, "bundle", new Date(0))) {
            var large = "x".repeat(BundleArchive.LARGEST_FILE + 1);
            for (int i = 0; i < 10; i++) {
                archive.add("file-" + i, large);
            }
        }

        long bytes = 0;
        try (var tar = new TarArchiveInputStream(new GZIPInputStream(new ByteArrayInputStream(out.toByteArray())))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                assertThat(new String(tar.readAllBytes())).endsWith("# cut here: the file was too large\n");
                bytes += entry.getSize();
            }
        }
        assertThat(bytes).isBetween(BundleArchive.LARGEST, BundleArchive.LARGEST + 1000);
    }
}
