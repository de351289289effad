import org.junit.jupiter.api.Test;
import static org.junit.jupiter.api.Assertions.*;
import java.util.List;

class AccountTest {
    @Test
    void testBalance() {
        Account account = new Account("Ada", 100);
        assertEquals(125, account.deposit(25));
        assertEquals(55, account.withdraw(70));
    }

    @Test
    void testTooMuch() {
        Account account = new Account("Ada", 30);
        InsufficientFunds caught = assertThrows(InsufficientFunds.class, () -> account.withdraw(42));
        assertEquals(12, caught.missing());
        assertEquals(30, account.balance());
    }

    @Test
    void testAmountMustBePositive() {
        assertThrows(IllegalArgumentException.class, () -> new Account("Ada", 5).deposit(0));
        assertThrows(IllegalArgumentException.class, () -> new Account("Ada", 5).withdraw(-5));
    }

    @Test
    void testOwnerMustBeNamed() {
        assertThrows(IllegalArgumentException.class, () -> new Account("", 5));
    }

    @Test
    void testBalanceMustNotBeNegative() {
        assertThrows(IllegalArgumentException.class, () -> new Account("Ada", -1));
    }

    @Test
    void testTransfer() {
        Account first = new Account("Ada", 90);
        Account second = new Account("Ben", 10);
        first.transfer(second, 65);
        assertEquals(25, first.balance());
        assertEquals(75, second.balance());
    }

    @Test
    void testHistory() {
        Account account = new Account("Ada", 10);
        account.deposit(7);
        account.withdraw(4);
        account.deposit(19);
        assertEquals(List.of(7, -4, 19), account.history());
    }
}
