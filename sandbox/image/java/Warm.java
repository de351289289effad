package bench.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Run ahead of time, so that whatever tests need is loaded before the first one comes. */
class Warm {
    @Test
    void warm() {
        BenchExam.Asking asking = BenchExam.ask("warm", 2);
        while (asking.more()) {
            try {
                assertEquals("warm", asking.choice() == 0 ? "cold" : "warm");
                asking.held();
            } catch (Throwable thrown) {
                asking.not(thrown);
            }
        }
        asking.done();
    }
}
