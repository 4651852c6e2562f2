"""What people have, as articles: plain texts, scraped pages, HTML, and files of many rows."""
