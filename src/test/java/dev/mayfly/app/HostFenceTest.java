package dev.mayfly.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of the operators on a host acts. */
class HostFenceTest {
    @TempDir
    Path directory;

    @Test
    void aSecondOperatorOfAHostHasAnotherIdentityAndARestartedOneThatOfItsPredecessor() throws IOException {
        try (var first = HostFence.join("host", directory)) {
            try (var second = HostFence.join("host", directory)) {
                assertThat(first.identity()).isEqualTo("host");
                assertThat(second.identity()).isEqualTo("host-2");
            }
            try (var restarted = HostFence.join("host", directory)) {
                assertThat(restarted.identity()).isEqualTo("host-2");
            }
        }
    }

    @Test
    void eachDirectoryHasAnIdThatItsOperatorsShare() throws IOException {
        var another = Files.createDirectory(directory.resolve("another"));
        try (var first = HostFence.join("host", directory);
                var second = HostFence.join("host", directory);
                var elsewhere = HostFence.join("host", another)) {
            assertThat(first.directoryId()).isNotBlank().isEqualTo(second.directoryId());
            assertThat(elsewhere.directoryId()).isNotEqualTo(first.directoryId());
        }
    }

    @Test
    void noOperatorOfAnEarlierVersionBeginsMeanwhile() throws IOException {
        try (var only = HostFence.join("host", directory)) {
            // the kernel may leave a lock out of one reading while other processes give theirs up
            await().untilAsserted(() -> assertThat(Files.readAllLines(Path.of("/proc/locks")))
                    .as("%s shares a lock, so that nobody has it alone", only.identity())
                    .anyMatch(lock ->
                            lock.contains(" READ " + ProcessHandle.current().pid() + " ")));
        }
    }

    @Test
    void anyTextIsAnIdentityAndNoneLeadsOutOfTheDirectory() throws IOException {
        var inner = Files.createDirectory(directory.resolve("inner"));
        try (var first = HostFence.join("x/../../chosen", inner)) {
            assertThat(first.knows("x/../../chosen")).isTrue();
            assertThat(first.knows("other")).as("of another host").isFalse();
        }
        assertThat(directory.toFile().list()).containsExactly("inner");
    }

    @Test
    void anOperatorIsDeadOnceItsProcessIsGone() throws IOException {
        try (var first = HostFence.join("host", directory)) {
            var second = HostFence.join("host", directory);
            assertThat(first.isDead("host-2")).isFalse();
            second.close();
            assertThat(first.isDead("host-2")).isTrue();
            assertThat(first.isDead("host")).isFalse();
            assertThat(first.isDead("elsewhere")).isFalse();
        }
    }

    @Test
    void whoTakesOverStopsItsPredecessor() throws IOException {
        try (var first = HostFence.join("host", directory);
                var second = HostFence.join("host", directory)) {
            first.take();
            assertThat(first.isOurs()).isTrue();
            assertThat(second.isOurs()).isFalse();

            second.take();

            assertThat(first.isOurs()).isFalse();
            assertThat(first.successor()).contains("host-2");
            assertThat(second.isOurs()).isTrue();
            assertThat(second.successor()).isEmpty();
        }
    }

    @Test
    void aFileThatIsGoneStopsNobodyAndOneThatCannotBeReadIsNoSuccessor() throws IOException {
        try (var only = HostFence.join("host", directory)) {
            only.take();
            Files.delete(directory.resolve("leader"));
            assertThat(only.isOurs()).isTrue();

            Files.createDirectory(directory.resolve("leader"));
            assertThat(only.isOurs()).as("nothing is changed meanwhile").isFalse();
            assertThat(only.successor()).isEmpty();
        }
    }
}
