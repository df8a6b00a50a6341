package dev.mayfly.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileJournalTest {
    @TempDir
    Path data;

    @Test
    void linesAreAppendedToAFileThatOnlyTheOwnerCanRead() throws IOException {
        var journal = new FileJournal(data);

        journal.append("{\"a\":1}");
        new FileJournal(data).append("{\"a\":2}");

        var file = data.resolve("audit.jsonl");
        assertThat(Files.readString(file)).isEqualTo("{\"a\":1}\n{\"a\":2}\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void notesWithAnUnfinishedWriteAreListedAndRemovedToo() throws IOException {
        var journal = new FileJournal(data);
        assertThat(journal.names()).isEmpty();
        journal.note("a", "{}");
        Files.writeString(data.resolve("ledger/b.new"), "{");

        assertThat(journal.names()).containsExactlyInAnyOrder("a", "b");
        journal.delete("a");
        journal.delete("b");

        assertThat(data.resolve("ledger")).isEmptyDirectory();
    }

    @Test
    void aLargeFileIsRotatedAndOnePredecessorIsKept() throws IOException {
        var journal = new FileJournal(data, 10);

        for (var line : new String[] {"first", "second", "third"}) {
            journal.append(line);
        }

        assertThat(data.resolve("audit.jsonl")).hasContent("third");
        assertThat(data.resolve("audit.jsonl.1")).hasContent("second");
    }

    @Test
    void aNoteOutlivesTheOperatorUntilItIsRemoved() throws IOException {
        new FileJournal(data).note("uid-1", "old");
        new FileJournal(data).note("uid-1", "new");

        assertThat(new FileJournal(data).note("uid-1")).contains("new");
        new FileJournal(data).delete("uid-1");
        assertThat(new FileJournal(data).note("uid-1")).isEmpty();
    }

    @Test
    void aNameThatIsAPathIsRefused() {
        assertThatThrownBy(() -> new FileJournal(data).delete("../x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFailedWriteIsThrownToTheCaller() throws IOException {
        Files.createDirectory(data.resolve("audit.jsonl"));

        assertThatThrownBy(() -> new FileJournal(data).append("x")).isInstanceOf(IOException.class);
    }
}
