package dev.mayfly.operator.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.OwnerId;
import dev.mayfly.core.model.Probe;
import dev.mayfly.core.model.Samples;
import dev.mayfly.operator.loop.Cleanup.RuntimeMemories;
import dev.mayfly.runtime.ContainerRuntime;
import dev.mayfly.runtime.ContainerRuntime.BusyWatch;
import dev.mayfly.runtime.Runtimes;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RuntimeMemoriesTest {
    private final Map<OwnerId, Optional<Probe>> watched = new HashMap<>();

    /** Its finalizer may have been taken off, so that no cleanup ended the probe before. */
    @Test
    void theBusyProbeOfAnOwnerIsForgotten() {
        BusyWatch watch = watched::put;
        var runtime = (ContainerRuntime) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ContainerRuntime.class},
                (proxy, method, arguments) -> method.getName().equals("busyWatch")
                        ? Optional.of(watch)
                        : InvocationHandler.invokeDefault(proxy, method, arguments));

        new RuntimeMemories(new Runtimes(Map.of("docker", runtime))).forget(Samples.WEB);

        assertThat(watched).isEqualTo(Map.of(Samples.WEB, Optional.empty()));
    }
}
