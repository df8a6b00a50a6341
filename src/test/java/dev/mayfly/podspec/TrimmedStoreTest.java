package dev.mayfly.podspec;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrimmedStoreTest {
    @Test
    void onlyWhatIsNeededIsHeld() {
        var store = new TrimmedStore<Service>(service -> new ServiceBuilder(service)
                .editMetadata()
                .withAnnotations(Map.of())
                .endMetadata()
                .build());
        var given = new ServiceBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("web")
                .withAnnotations(Map.of("note", "x".repeat(250_000)))
                .endMetadata()
                .build();

        store.put(store.getKey(given), given);

        assertThat(store.values()).singleElement().satisfies(held -> {
            assertThat(held.getMetadata().getName()).isEqualTo("web");
            assertThat(held.getMetadata().getAnnotations()).isEmpty();
        });
    }
}
