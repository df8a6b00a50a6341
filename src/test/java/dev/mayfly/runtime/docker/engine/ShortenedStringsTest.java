package dev.mayfly.runtime.docker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.InternalServerErrorException;
import com.github.dockerjava.api.model.PullResponseItem;
import dev.mayfly.runtime.docker.Settings;
import dev.mayfly.testing.engine.AnsweringEngine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShortenedStringsTest {
    private static final String LONG = "x".repeat(1 << 20);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"abcdef\":\"abcdef\",\"a\":[\"\",1234567]}|{\"abcd\":\"abcd\",\"a\":[\"\",1234567]}",
                "[\"abcé€\",\"ab€d\"]|[\"abcé\",\"ab€\"]",
                "[\"abc\\\"def\",\"abcd\\\"\",\"\\\\\\\\\\\\\"]|[\"abc\\\"\",\"abcd\",\"\\\\\\\\\"]",
                "[\"a\\u00e9b\",\"abc\\u00e9\",\"\\u00e9\\u00e9\"]|[\"a\\u00e9\",\"abc\\u00e9\",\"\\u00e9\"]"
            })
    void aStringEndsAfterACharacter(String json, String shortened) throws IOException {
        for (var part = 1; part <= json.length(); part++) {
            var read = new ShortenedStrings(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), 4);
            var all = new ByteArrayOutputStream();
            for (var next = read.readNBytes(part); next.length > 0; next = read.readNBytes(part)) {
                all.writeBytes(next);
            }
            assertThat(all.toString(StandardCharsets.UTF_8)).isEqualTo(shortened);
        }
    }

    /** The engine repeats what a registry answered. */
    @Test
    void ofAnAnswerToAPullTheBeginningIsRead() throws Exception {
        try (var answers = new AnsweringEngine();
                var engine = new EngineConnector(Settings.of("c0ffee000000", answers.address())).connect()) {
            answers.answer(
                    "/images/create",
                    "{\"status\":\"Pulling\"}{\"errorDetail\":{\"message\":\"%s\"},\"error\":\"%s\"}"
                            .formatted(LONG, LONG));
            assertThat(pull(engine)).last().satisfies(item -> {
                assertThat(item.getErrorDetail().getMessage()).hasSizeBetween(1 << 14, 1 << 15);
                assertThat(item.getError()).hasSizeLessThan(1 << 15);
            });

            answers.refuse("/images/create", LONG);
            assertThatThrownBy(() -> pull(engine))
                    .isInstanceOf(InternalServerErrorException.class)
                    .extracting(Throwable::getMessage)
                    .satisfies(words -> assertThat(words).hasSizeLessThan(1 << 15));
        }
    }

    private static List<PullResponseItem> pull(Engine engine) throws Exception {
        var items = new CopyOnWriteArrayList<PullResponseItem>();
        engine.pull("a:1", Optional.empty())
                .exec(new ResultCallback.Adapter<PullResponseItem>() {
                    @Override
                    public void onNext(PullResponseItem item) {
                        items.add(item);
                    }
                })
                .awaitCompletion(60, TimeUnit.SECONDS);
        return items;
    }
}
