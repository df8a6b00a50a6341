package dev.mayfly.testing;

import dev.mayfly.host.Host;
import dev.mayfly.host.Pace;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;

/** A machine without a disk: some of its answers, by method. It has nothing of what it is asked for otherwise. */
public final class ScriptedHost {
    private ScriptedHost() {}

    /** @param answers receive the arguments of the call */
    public static Host of(Map<String, Function<Object[], Object>> answers) {
        return (Host) Proxy.newProxyInstance(
                Host.class.getClassLoader(),
                new Class<?>[] {Host.class},
                (proxy, method, arguments) -> answers.getOrDefault(
                                method.getName(), call -> nothing(method.getReturnType()))
                        .apply(arguments));
    }

    private static Object nothing(Class<?> type) {
        if (type == Optional.class) {
            return Optional.empty();
        }
        if (type == OptionalLong.class) {
            return OptionalLong.empty();
        }
        return type == List.class ? List.of() : null;
    }

    /** Long work on the disk, which ends when it is released. */
    public static void work(CountDownLatch released, Pace pace) {
        while (released.getCount() > 0) {
            pace.pause();
        }
    }
}
