"""Universities, institutes, bases and ministries; real ones come from the Research Organization Registry."""
