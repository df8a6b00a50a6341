package dev.mayfly.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.core.model.Text;
import dev.mayfly.testing.ForeignInput;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpResponseDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Answers of replicas to HTTP probes. */
class AnswerFuzzTest {
    private static final HttpTarget PLACE = new HttpTarget(false, "10.0.0.5", 8080, "/health");

    @Property
    void anyBytesAreAReplyOrNone(@ForAll("replies") String bytes) throws Exception {
        ForeignInput.assertSoon(() -> {
            var outcomes = new ArrayList<String>();
            var channel = new EmbeddedChannel(
                    new HttpResponseDecoder(HttpProbe.LIMITS),
                    new HttpReply(reply -> outcomes.add(reply.body()), outcomes::add));

            channel.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1));
            channel.finishAndReleaseAll();

            assertThat(outcomes).isNotEmpty().allMatch(text -> Text.bytes(text) <= 4 * Answer.MOST);
        });
    }

    @Property
    void aLocationIsAnAddressOrNone(@ForAll("locations") String location) throws Exception {
        ForeignInput.assertSoon(() -> {
            try {
                var next = PLACE.resolve(location);
                assertThat(next.port()).isBetween(0, 65535);
                assertThat(next.target()).startsWith("/");
            } catch (IllegalArgumentException none) {
                assertThat(none.getMessage()).isNotNull();
            }
        });
    }

    @Provide
    static Arbitrary<String> replies() {
        return ForeignInput.texts(
                "HTTP/1.1 200 OK\r\n",
                "HTTP/1.1 302 Found\r\n",
                "HTTP/1.1 100 Continue\r\n\r\n",
                "HTTP/9.9 999\r\n",
                "HTTP/1.1 503 no\r\n\r\n",
                "Location: ",
                "Content-Length: 5\r\n",
                "Content-Length: -5\r\n",
                "Content-Length: 99999999999999999999\r\n",
                "Transfer-Encoding: chunked\r\n",
                "\r\n",
                "FFFFFFFF\r\n",
                "0\r\n",
                "a",
                ":",
                " ",
                "\n");
    }

    @Provide
    static Arbitrary<String> locations() {
        return ForeignInput.texts(
                "http://",
                "https://",
                "10.0.0.5",
                ":8080",
                ":99999",
                ":-1",
                "/",
                "..",
                "/../",
                "?",
                "#",
                "[::1]",
                "[",
                "%",
                "%00",
                "a",
                "//",
                "@",
                "javascript:");
    }
}
