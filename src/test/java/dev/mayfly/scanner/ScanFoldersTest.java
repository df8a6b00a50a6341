package dev.mayfly.scanner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.scanner.ScanFolders.ScanFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ScanFoldersTest {
    private final String mark = UUID.randomUUID().toString();

    /** Root can remove every directory except one that contains a mount point. */
    @Test
    void aDirectoryThatCantBeRemovedIsReportedOnceAndBlocksNothing() throws Exception {
        var stuck = new ScanFolder(mark);
        var free = new ScanFolder(mark);
        var mounted = Files.createDirectory(stuck.path().resolve("d")).toString();
        var warnings = new ArrayList<String>();
        var folders = new ScanFolders(mark, warnings::add);
        run("mount", "-t", "tmpfs", "mayfly-test", mounted);
        try {
            folders.sweep();
            folders.sweep();
        } finally {
            run("umount", mounted);
        }

        assertThat(free.path()).doesNotExist();
        assertThat(stuck.path()).exists();
        assertThat(warnings).singleElement().asString().endsWith(": sudo rm -rf " + stuck.path());

        folders.sweep();
        assertThat(stuck.path()).doesNotExist();
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
