package dev.mayfly.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Fences off the operators of one installation on one host from each other's engine. Each holds the lock of its identity for as
 * long as its process lives. The one that leads has its identity in a file, which it reads before each request that changes
 * something: once a successor has replaced the file, an operator that was paused, or is cut off from the API server, acts no more.
 */
final class HostFence implements AutoCloseable {
    /** More operators than anybody runs on a host. */
    private static final int MOST = 16;

    private final Path directory;
    private final String directoryId;
    private final Path leader;
    private final String identity;
    private final FileChannel lock;
    private final FileChannel together;

    private HostFence(Path directory, String directoryId, String identity, FileChannel lock, FileChannel together) {
        this.directory = directory;
        this.directoryId = directoryId;
        this.leader = directory.resolve("leader");
        this.identity = identity;
        this.lock = lock;
        this.together = together;
    }

    /**
     * Takes, for as long as this process lives, the first free one of {@code host}, {@code host-2}, {@code host-3}…, so that an
     * operator that restarts has the identity of its predecessor.
     *
     * @param directory of this installation on this host; it exists
     * @throws IllegalStateException if none is free, or an operator of an earlier version runs, which reads no fence
     * @throws IOException if no file can be written there
     */
    static HostFence join(String host, Path directory) throws IOException {
        var together = together(directory);
        var id = id(directory);
        for (var number = 1; number <= MOST; number++) {
            var fence = locked(directory, id, number == 1 ? host : host + "-" + number, together);
            if (fence.isPresent()) {
                return fence.get();
            }
        }
        throw new IllegalStateException(MOST + " operators of this installation run on this host: see " + directory);
    }

    /** Written by the first operator that joins. The lock is for another one that joins now. */
    private static String id(Path directory) throws IOException {
        var file = directory.resolve("id");
        try (var channel = FileChannel.open(
                        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
                var alone = channel.lock()) {
            if (channel.size() == 0) {
                channel.write(StandardCharsets.UTF_8.encode(UUID.randomUUID().toString()));
                channel.force(true);
            }
            return Files.readString(file);
        }
    }

    private static Optional<HostFence> locked(Path directory, String id, String identity, FileChannel together)
            throws IOException {
        var channel = FileChannel.open(lock(directory, identity), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return Optional.of(new HostFence(directory, id, identity, channel, together));
            }
        } catch (OverlappingFileLockException ofThisProcess) {
            // held, too
        }
        channel.close();
        return Optional.empty();
    }

    /** The lock that an operator of an earlier version holds alone: neither begins beside the other. */
    private static FileChannel together(Path directory) throws IOException {
        var file = directory.resolve("operator.lock");
        var channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock(0, Long.MAX_VALUE, true) == null) {
                channel.close();
                throw new IllegalStateException(
                        "An operator of an earlier version runs on this host and holds " + file + ". Stop it first.");
            }
        } catch (OverlappingFileLockException ofThisProcess) {
            // shared, too
        }
        return channel;
    }

    private static Path lock(Path directory, String identity) {
        return directory.resolve("operator-" + URLEncoder.encode(identity, StandardCharsets.UTF_8) + ".lock");
    }

    String identity() {
        return identity;
    }

    /** Random ID of the directory: an operator with another one reads other files, and is not stopped by these. */
    String directoryId() {
        return directoryId;
    }

    /** True if an operator of that identity has, or had, this directory. */
    boolean knows(String other) {
        return Files.exists(lock(directory, other));
    }

    /** True if an operator of that identity was one of this host's, and none runs. */
    boolean isDead(String other) {
        if (other.equals(identity) || !knows(other)) {
            return false; // to close a second channel of our own lock would free it
        }
        try (var channel = FileChannel.open(lock(directory, other), StandardOpenOption.WRITE)) {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException | IOException ofThisProcessOrUnreadable) {
            return false;
        }
    }

    /** From now on the former leader changes nothing. @throws IOException if that can't be written */
    void take() throws IOException {
        if (holder().filter(identity::equals).isEmpty()) {
            var unfinished = directory.resolve(lock(directory, identity).getFileName() + ".new");
            Files.writeString(unfinished, identity);
            Files.move(unfinished, leader, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** False if another operator leads, or if that can't be read. Reads a small file. */
    boolean isOurs() {
        try {
            return holder().map(identity::equals).orElse(true); // without the file nobody has taken over
        } catch (IOException unreadable) {
            return false;
        }
    }

    /** The operator that leads in place of this one; empty also if that can't be read. */
    Optional<String> successor() {
        try {
            return holder().filter(Predicate.not(identity::equals));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private Optional<String> holder() throws IOException {
        try {
            return Optional.of(Files.readString(leader));
        } catch (NoSuchFileException nobody) {
            return Optional.empty();
        }
    }

    /** Frees the identity. */
    @Override
    public void close() {
        try {
            lock.close();
            together.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
