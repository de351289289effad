import org.junit.jupiter.api.Test;
import static org.junit.jupiter.api.Assertions.*;
import java.util.List;

class TariffTest {
    private final int[][] steps = {{20, 85}, {50, 100}, {500, 160}, {1000, 275}};

    @Test
    void testSteps() {
        Tariff tariff = new StepTariff(steps);
        assertEquals(85, tariff.price(20));
        assertEquals(100, tariff.price(21));
        assertEquals(275, tariff.price(1000));
    }

    @Test
    void testTooHeavy() {
        assertThrows(IllegalArgumentException.class, () -> new StepTariff(steps).price(1001));
    }

    @Test
    void testWeighsNothing() {
        assertThrows(IllegalArgumentException.class, () -> new FlatTariff(500).price(0));
    }

    @Test
    void testCheapest() {
        List<Tariff> tariffs = List.of(new FlatTariff(150), new StepTariff(steps));
        assertEquals(100, PostOffice.cheapest(tariffs, 40));
        assertEquals(150, PostOffice.cheapest(tariffs, 400));
        assertEquals(150, PostOffice.cheapest(tariffs, 4000));
    }

    @Test
    void testNobodyTakesIt() {
        assertEquals(-1, PostOffice.cheapest(List.of(new StepTariff(steps)), 5000));
    }

    @Test
    void testTariffOfOnesOwn() {
        Tariff doubling = grams -> 2 * grams;
        assertEquals(62, PostOffice.cheapest(List.of(doubling, new FlatTariff(90)), 31));
    }
}
