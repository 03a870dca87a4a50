"""What is spam and what is ham in Verona."""

SPAM = "Guaranteed profit every day, join our crypto channel now!"
HAM = "Hello, Rosaline from the choir. Please send me the tenor part"
