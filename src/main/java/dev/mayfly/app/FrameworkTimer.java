package dev.mayfly.app;

import io.javaoperatorsdk.operator.api.config.ConfigurationService;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * Gives the framework's timer a thread of its own. With none (Java Operator SDK 5.3), the one that waits for the next task looks 100 times a
 * second whether it is to end: 0.6 % of a core.
 */
@ApplicationScoped
class FrameworkTimer {

    void keepAThread(@Observes StartupEvent starting, ConfigurationService framework) {
        if (framework.getExecutorServiceManager().scheduledExecutorService()
                instanceof ScheduledThreadPoolExecutor timer) {
            timer.setCorePoolSize(Math.max(1, timer.getCorePoolSize()));
        }
    }
}
