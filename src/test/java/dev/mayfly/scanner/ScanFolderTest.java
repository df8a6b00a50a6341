package dev.mayfly.scanner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.scanner.ScanFolders.ScanFolder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A full disk is an error of the scan; a broken stream is an error of the engine. */
class ScanFolderTest {
    private static final InputStream BREAKS = new InputStream() {
        @Override
        public int read() throws IOException {
            throw new IOException("the engine went away");
        }
    };

    @Test
    void theStreamIsWrittenToTheFile() throws IOException {
        try (var folder = new ScanFolder("test")) {
            var file = folder.path().resolve("image.tar");

            folder.write(new ByteArrayInputStream(new byte[100_000]), file);

            assertThat(Files.size(file)).isEqualTo(100_000);
        }
    }

    @Test
    void aFullDiskIsDistinguishedFromABrokenStream() throws IOException {
        try (var folder = new ScanFolder("test")) {
            assertThatThrownBy(() -> folder.write(new ByteArrayInputStream(new byte[9]), Path.of("/dev/full")))
                    .isInstanceOf(FileSystemException.class)
                    .hasMessageContaining("No space left");
            assertThatThrownBy(() -> folder.write(BREAKS, folder.path().resolve("image.tar")))
                    .isNotInstanceOf(FileSystemException.class)
                    .hasMessage("the engine went away");
        }
    }
}
