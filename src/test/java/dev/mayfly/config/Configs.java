package dev.mayfly.config;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;

/** Configurations for tests: the defaults and the settings of a test. The environment is not read. */
public final class Configs {

    private Configs() {}

    public static MayflyConfig of(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .withMapping(MayflyConfig.class)
                .build()
                .getConfigMapping(MayflyConfig.class);
    }
}
