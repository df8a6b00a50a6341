package dev.mayfly.bench;

import com.github.dockerjava.api.DockerClient;
import com.sun.management.OperatingSystemMXBean;
import dev.mayfly.bench.claim.Claim;
import dev.mayfly.bench.claim.Claims;
import dev.mayfly.runtime.docker.DockerRuntime;
import dev.mayfly.runtime.docker.Settings;
import dev.mayfly.testing.engine.Docker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Time and memory of a scan of an image of 100 MB, run with a heap of at most 64 MB. */
public final class ImageBench {
    private static final long BYTES = 100_000_000;
    private static final String NAME = "mayfly-test/contents-bench";

    private ImageBench() {}

    /**
     * @param arguments the id of an image, whose time is not checked; if empty, an image is made of this machine's
     *     files
     */
    public static void main(String[] arguments) {
        Claims.judge(ImageBench.class, claims -> measure(arguments, claims));
    }

    private static void measure(String[] arguments, Claims claims) throws Exception {
        Logger.getLogger("").setLevel(Level.INFO); // as in the operator; otherwise the client logs each byte
        var client = Docker.client();
        var id = arguments.length > 0 ? arguments[0] : made(client);
        try (var runtime = new DockerRuntime(Settings.of("0123456789ab"), Optional.empty(), InstantSource.system())) {
            runtime.start();
            if (arguments.length == 0) {
                scan(runtime, client.inspectImageCmd("busybox:1.36").exec().getId()); // loads the classes
            }
            heap().forEach(MemoryPoolMXBean::resetPeakUsage);
            claims.measured(Claim.IMAGE_SCAN, scan(runtime, id));
        } finally {
            if (arguments.length == 0) {
                client.removeImageCmd(id).withForce(true).exec();
            }
        }
        if (arguments.length > 0) {
            claims.notClaimed(Claim.IMAGE_SCAN);
        }
    }

    private static double scan(DockerRuntime runtime, String id) throws Exception {
        var start = System.nanoTime();
        var cpu = cpuTime();
        var seen = runtime.imageEngine()
                .orElseThrow()
                .contents()
                .inspect(id)
                .toCompletableFuture()
                .get(2, TimeUnit.MINUTES);
        var seconds = (System.nanoTime() - start) / 1e9;
        var peak =
                heap().stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
        System.out.printf(
                "%.1f MB, %d setuid: %.2f s, %.2f s of CPU time here, peak heap %.1f MB of %.0f MB%n",
                seen.sizeBytes() / 1e6,
                seen.setuid().size(),
                seconds,
                (cpuTime() - cpu) / 1e9,
                peak / 1e6,
                Runtime.getRuntime().maxMemory() / 1e6);
        return seconds;
    }

    private static long cpuTime() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static List<MemoryPoolMXBean> heap() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .toList();
    }

    /** Adds a {@code tar} of programs and libraries of this machine on top of busybox. @return the image's id */
    private static String made(DockerClient client) throws IOException, InterruptedException {
        var list = Files.createTempFile("mayfly-image-bench", ".txt");
        var container = client.createContainerCmd("busybox:1.36").exec().getId();
        try {
            Files.write(list, files());
            var tar = new ProcessBuilder("tar", "-C", "/", "-cf", "-", "--files-from", list.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            client.copyArchiveToContainerCmd(container)
                    .withTarInputStream(tar.getInputStream())
                    .withRemotePath("/")
                    .exec();
            tar.waitFor();
            return client.commitCmd(container).withRepository(NAME).withTag("1").exec();
        } finally {
            client.removeContainerCmd(container).exec();
            Files.delete(list);
        }
    }

    private static List<String> files() throws IOException {
        var chosen = new ArrayList<String>();
        var bytes = 0L;
        try (var all = Files.walk(Path.of("/usr"))) {
            for (var file : (Iterable<Path>) all.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                    .filter(path -> size(path) < BYTES / 10)::iterator) {
                chosen.add(file.toString().substring(1));
                bytes += size(file);
                if (bytes >= BYTES) {
                    break;
                }
            }
        }
        return chosen;
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
